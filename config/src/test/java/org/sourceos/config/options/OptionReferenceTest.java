package org.sourceos.config.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.sourceos.config.nix.DirectoryIo;
import org.sourceos.config.nix.EvalSettings;
import org.sourceos.config.nix.Evaluation;
import org.sourceos.config.nix.Evaluator;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.system.SystemOptions;

class OptionReferenceTest {
    private static final Path DOCUMENT = Path.of("../docs/options.md");
    private static final String INTRODUCTION = """
            # Options

            <!-- Made from the declarations in SystemOptions; a test compares them. To make it anew:
                 mvn -Dquick -pl config test -Dtest=OptionReferenceTest -Dgolden=write -->

            What `*.source.nix` files can set. `sourceos options PATTERN` says the same, with the places where your configuration
            sets them; `sourceos check` finds every mistake at once. `<name>` stands for a name of your choice.

            """;

    @Test
    void theReferenceSaysWhatIsDeclared() throws IOException {
        String expected = INTRODUCTION + OptionReference.markdown(SystemOptions.all());
        if ("write".equals(System.getProperty("golden"))) {
            Files.writeString(DOCUMENT, expected);
        }

        assertThat(Files.readString(DOCUMENT))
                .as(
                        "docs/options.md; to make it anew: mvn -Dquick -pl config test -Dtest=OptionReferenceTest -Dgolden=write")
                .isEqualTo(expected);
    }

    @TestFactory
    Stream<DynamicTest> everyDefaultAndExampleIsOfItsType() {
        return SystemOptions.all().byPath().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    assertThat(entry.getValue().description()).isNotBlank();
                    check(entry);
                }));
    }

    private static void check(Map.Entry<String, Option> entry) throws Exception {
        Evaluator evaluator =
                new Evaluator(new DirectoryIo(), EvalSettings.sourceos(), new PackageValues(new EveryName()));
        Option option = entry.getValue();
        if (option.fallback().orElse(null) instanceof Option.Fallback.Expression fallback) {
            check(evaluator, entry.getKey(), option.type(), fallback.text());
        }
        if (option.example().isPresent()) {
            check(evaluator, entry.getKey(), option.type(), option.example().get());
        }
    }

    private static void check(Evaluator evaluator, String path, OptionType type, String text) throws Exception {
        NixValue value = evaluator.evalExpression("/", text);
        evaluator.evaluate(evaluation -> {
            readAll(evaluation, new Merger(evaluation), path, type, value);
            return "";
        });
    }

    private static void readAll(Evaluation evaluation, Merger merger, String path, OptionType type, NixValue value) {
        Option option = new Option("x", type, Optional.empty(), Optional.empty(), "");
        OptionType.Group group = new OptionType.Group("a", "b", new OptionSet(List.of(option)));
        var set = evaluation.attrs(Map.of("x", value));
        var merged = merger.group("", group, List.of(Definition.of(set, Optional.empty())));
        new Checker(evaluation, merger, new EveryName(), "/").group("", merged);
    }

    /** The packages that examples name. */
    private static final class EveryName implements PackageDeclarations {
        @Override
        public SortedSet<String> names() {
            return new TreeSet<>(List.of("firefox", "vlc", "htop", "kernel"));
        }

        @Override
        public PackageDeclaration find(String name) {
            SortedMap<String, Option> options = new TreeMap<>();
            for (String option : List.of("profile", "preempt")) {
                options.put(option, new Option(option, OptionType.ANYTHING, Optional.empty(), Optional.empty(), ""));
            }
            return new PackageDeclaration(name, Optional.empty(), options, true);
        }
    }
}
