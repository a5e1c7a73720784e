package org.sourceos.config.nix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.sourceos.config.nix.BuiltinReference.Entry;
import org.sourceos.config.nix.BuiltinReference.Example;

class BuiltinReferenceTest {
    private static final Path DOCUMENT = Path.of("../docs/builtins.md");
    /** Where the examples find their files. */
    private static final Path PLACE = GoldenTest.ROOT.resolve("builtins");

    private static final String ERROR = "error: ";
    private static final String INTRODUCTION = """
            # Builtins

            <!-- Made from config/src/main/resources/org/sourceos/config/nix/builtins.toml; a test compares them. To make it anew:
                 mvn -Dquick -pl config test -Dtest=BuiltinReferenceTest -Dgolden=write -->

            The attributes of `builtins` in the [configuration language](language.md), in the order of their names. Below an example,
            `# =>` shows what `sourceos eval --strict` prints of it, or the last line of its error.
            """;

    @Test
    void theDocumentSaysWhatTheReferenceDoes() throws IOException {
        String expected = INTRODUCTION + BuiltinReference.markdown();
        if ("write".equals(System.getProperty("golden"))) {
            Files.writeString(DOCUMENT, expected);
        }

        assertThat(Files.readString(DOCUMENT))
                .as(
                        "docs/builtins.md; to make it anew: mvn -Dquick -pl config test -Dtest=BuiltinReferenceTest -Dgolden=write")
                .isEqualTo(expected);
    }

    @Test
    void documentsEveryBuiltinWithAllItsArgumentsAndNothingElse() throws Exception {
        // Standard settings, but for what exists only where the machine is seen.
        EvalSettings settings = EvalSettings.standard().withMachine(Map.of(), Optional.empty(), "any", Optional.of(0L));
        Evaluator evaluator = new Evaluator(new NoFiles(), settings);
        NixAttrs builtins = (NixAttrs) evaluator.evalExpression("/", "builtins");
        SortedMap<String, Integer> arities = new TreeMap<>();
        for (int i = 0; i < builtins.size(); i++) {
            int arity = builtins.values[i] instanceof Builtin builtin ? builtin.arity() : 0;
            arities.put(builtins.shape.keys[i].name, arity);
        }

        SortedMap<String, Integer> documented = new TreeMap<>();
        BuiltinReference.all()
                .forEach((name, entry) -> documented.put(name, entry.arguments().size()));
        assertThat(documented).isEqualTo(arities);
    }

    @Test
    void standsInTheOrderOfNames() throws IOException {
        List<String> names =
                Files.readAllLines(Path.of("src/main/resources/org/sourceos/config/nix/builtins.toml")).stream()
                        .filter(line -> line.matches("\\[\\S+\\]"))
                        .map(line -> line.replaceAll("[\\[\\]\"]", ""))
                        .toList();

        assertThat(names).containsExactlyElementsOf(BuiltinReference.all().keySet());
    }

    @TestFactory
    Stream<DynamicTest> everyExampleHasItsResult() {
        return BuiltinReference.all().values().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.name(), () -> {
                    assertThat(entry.text()).isNotBlank();
                    assertThat(entry.examples()).hasSizeBetween(entry.name().startsWith("current") ? 0 : 1, 3);
                    for (Example example : entry.examples()) {
                        assertThat(printed(example.expression()))
                                .as(example.expression())
                                .isEqualTo(example.result());
                    }
                }));
    }

    private static String printed(String expression) throws ParseException {
        Evaluator evaluator = new Evaluator(new DirectoryIo(), EvalSettings.standard());
        try {
            NixValue value = evaluator.evalExpression(PLACE.toString(), expression);
            return evaluator.print(value, true, PrintStyle.INSTANTIATE);
        } catch (EvalException e) {
            List<String> lines = e.nixMessage().lines().toList();
            return ERROR + lines.get(lines.size() - 1);
        }
    }

    @Test
    void showsSignatureTextAndExamplesOnATerminal() {
        List<Example> examples = List.of(new Example("f 1", "2"), new Example("f\n  2", "3"));
        Entry entry = new Entry("map", List.of("f", "list"), "Does `this`.\nAnd that.", examples);

        assertThat(entry.plainText()).isEqualTo("""
                map f list

                Does `this`.
                And that.

                  f 1  ⇒  2
                  f
                    2  ⇒  3""");
    }

    @Test
    void saysWhichNamesNeedBuiltinsBeforeThem() {
        assertThat(BuiltinReference.of("map").map(Entry::signature)).contains("map f list");
        assertThat(BuiltinReference.of("filter").map(Entry::signature)).contains("builtins.filter predicate list");
        assertThat(BuiltinReference.of("null").map(Entry::signature)).contains("null");
        assertThat(BuiltinReference.of("noSuchThing")).isEmpty();
    }

    /** The examples as the real nix-instantiate sees them, but for what only we refuse. */
    @Nested
    @Tag("slow")
    class WithTheOracle {
        @BeforeAll
        static void isRecentEnough() {
            Oracle.assumeRecent();
        }

        @Test
        void givesTheSameResults() throws Exception {
            List<String> wrong = new ArrayList<>();
            for (Entry entry : BuiltinReference.all().values()) {
                for (Example example : entry.examples()) {
                    String shown = answer(example.expression());
                    if (!shown.equals(example.result()) && !example.result().contains("SourceOS")) {
                        wrong.add(example + ": " + shown);
                    }
                }
            }
            assertThat(wrong).isEmpty();
        }

        private String answer(String expression) throws IOException {
            Oracle.Answer answer = Oracle.ask(PLACE, "--eval", "--strict", "-E", expression);
            return Bytes.toUnicode(answer.status() == 0 ? answer.out().strip() : ERROR + answer.lastError());
        }
    }
}
