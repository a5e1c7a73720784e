package org.sourceos.config.nix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sourceos.config.nix.syntax.Lexer;
import org.sourceos.config.nix.syntax.TokenKind;
import org.sourceos.config.nix.syntax.Tokens;

/** The library for configurations is what its comments say: every example of theirs has the result that is written there. */
class LibraryTest {
    private static final Path LIBRARY =
            Path.of("src/main/resources/org/sourceos/config/lib").toAbsolutePath();
    private static final Path PLACE = GoldenTest.ROOT.resolve("lib");
    private static final String RESULT = "# => ";
    private static final String ERROR = "error: ";

    /** An expression of a comment, and what is written below it. */
    record Example(String expression, String result) {
        /** The expression where {@code lib} is visible. */
        String whole() {
            return "let lib = import " + LIBRARY + "; in " + expression;
        }
    }

    /** A comment and the name that stands after it. */
    private record Documented(String name, String comment) {}

    private static List<Documented> documented(Path file) throws IOException {
        Tokens tokens = Lexer.lex(Files.readString(file, StandardCharsets.ISO_8859_1));
        List<Documented> found = new ArrayList<>();
        String comment = "";
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.kind(i) == TokenKind.COMMENT && tokens.text(i).startsWith("/**")) {
                comment = tokens.text(i);
            } else if (!tokens.kind(i).isTrivia()) {
                if (!comment.isEmpty()) {
                    found.add(new Documented(tokens.text(i), comment));
                }
                comment = "";
            }
        }
        return found;
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(LIBRARY)) {
            return files.sorted().toList();
        }
    }

    static List<Example> examples() throws IOException {
        List<Example> examples = new ArrayList<>();
        for (Path file : files()) {
            for (Documented one : documented(file)) {
                examples.addAll(examples(one.comment()));
            }
        }
        return examples;
    }

    private static List<Example> examples(String comment) {
        List<Example> examples = new ArrayList<>();
        int start = comment.indexOf("```nix");
        if (start < 0) {
            return examples;
        }
        StringBuilder expression = new StringBuilder();
        for (String line : comment.substring(start).lines().skip(1).toList()) {
            String text = line.strip();
            if (text.startsWith(RESULT)) {
                examples.add(new Example(expression.toString().strip(), text.substring(RESULT.length())));
                expression.setLength(0);
            } else if (!text.equals("```") && !text.equals("*/")) {
                expression.append(text).append('\n');
            }
        }
        assertThat(expression.toString()).as("an example without result").isBlank();
        return examples;
    }

    @ParameterizedTest
    @MethodSource("examples")
    void givesTheResultOfItsComment(Example example) throws Exception {
        Evaluator evaluator = new Evaluator(new DirectoryIo(), EvalSettings.standard());
        String shown;
        try {
            NixValue value = evaluator.evalExpression(PLACE.toString(), example.whole());
            shown = evaluator.print(value, true, PrintStyle.INSTANTIATE);
        } catch (EvalException e) {
            shown = ERROR + e.nixMessage();
        }
        assertThat(shown).isEqualTo(example.result());
    }

    @Test
    void everyFunctionHasACommentWithAnExampleOrIsABuiltin() throws Exception {
        Evaluator evaluator = new Evaluator(new DirectoryIo(), EvalSettings.standard());
        Set<String> missing = new TreeSet<>();
        for (Path file : files()) {
            if (file.endsWith("default.nix")) {
                continue;
            }
            Set<String> known = new TreeSet<>();
            for (Documented one : documented(file)) {
                if (!examples(one.comment()).isEmpty() || one.name().equals("ints")) {
                    known.add(one.name());
                }
            }
            String others = "builtins.filter (name: !(builtins ? ${name})) (builtins.attrNames (import " + file + "))";
            NixList names = (NixList) evaluator.evalExpression("/", others);
            for (int i = 0; i < names.size(); i++) {
                missing.add(((NixString) evaluator.force(names.get(i))).text());
            }
            missing.removeAll(known);
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void isValidInTheDialectToo() throws Exception {
        Evaluator evaluator = new Evaluator(new DirectoryIo(), EvalSettings.sourceos());
        NixValue library = evaluator.evalFile(LIBRARY.toString());
        assertThat(evaluator.print(evaluator.select(library, "types.str.name"), true, PrintStyle.INSTANTIATE))
                .isEqualTo("\"str\"");
    }

    /** The examples as the real nix-instantiate sees them. */
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
            for (Example example : examples()) {
                Oracle.Answer answer = Oracle.ask(PLACE, "--eval", "--strict", "-E", example.whole());
                String shown = answer.status() == 0 ? answer.out().strip() : ERROR + answer.lastError();
                if (!shown.equals(example.result())) {
                    wrong.add(example + ": " + shown);
                }
            }
            assertThat(wrong).isEmpty();
        }
    }
}
