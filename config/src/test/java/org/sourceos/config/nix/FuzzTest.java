package org.sourceos.config.nix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever text is evaluated, it ends in a value or in one of the two exceptions. Texts are made of the golden ones: cut,
 * doubled, mixed, sprinkled with tokens. A failing text is in the assertion's message, with its seed.
 */
class FuzzTest {
    private static final EvalSettings BUDGET = EvalSettings.standard().withLimits(2_000, 300_000, 20_000_000);
    private static final List<String> PIECES = List.of(
            " ",
            "\n",
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            "\"",
            "''",
            "${",
            ";",
            ":",
            ",",
            "@",
            "?",
            ".",
            "...",
            "=",
            "==",
            "<",
            "//",
            "++",
            "->",
            "!",
            "-",
            "1",
            "1.5",
            "9223372036854775807",
            "a",
            "x",
            "if ",
            " then ",
            " else ",
            "let ",
            " in ",
            "rec ",
            "with ",
            "inherit ",
            "assert ",
            " or ",
            "null",
            "true",
            "builtins",
            "builtins.",
            "map ",
            "./a",
            "<x>",
            "#",
            "/*",
            "*/",
            "\\",
            "$",
            "'",
            "é",
            "\0",
            "\u00ff",
            "throw ",
            "x: ",
            "a.b",
            "toString ",
            "builtins.genList (x: x) 99999999 ",
            "builtins.foldl' ",
            "builtins.match \"(a*)*\" ",
            "__overrides",
            "__functor",
            "__toString",
            "builtins.deepSeq ",
            "builtins.sort builtins.lessThan ");

    private static List<String> corpus() throws IOException {
        List<String> texts = new ArrayList<>();
        for (String folder : List.of("okay", "fail", "fuzz")) {
            Path directory = GoldenTest.ROOT.resolve(folder);
            if (!Files.isDirectory(directory)) {
                continue;
            }
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.filter(f -> f.toString().endsWith(".nix"))
                        .sorted()
                        .toList()) {
                    texts.add(Files.readString(file, StandardCharsets.ISO_8859_1));
                }
            }
        }
        return texts;
    }

    private static String mutated(Random random, List<String> corpus) {
        StringBuilder text = new StringBuilder(corpus.get(random.nextInt(corpus.size())));
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), at + random.nextInt(20));
            switch (random.nextInt(6)) {
                case 0 -> text.delete(at, end);
                case 1 -> text.insert(at, text.substring(at, end));
                case 2 -> {
                    String other = corpus.get(random.nextInt(corpus.size()));
                    int from = random.nextInt(other.length() + 1);
                    text.insert(at, other.substring(from, Math.min(other.length(), from + random.nextInt(60))));
                }
                case 3 -> text.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
                default -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
            }
        }
        return text.toString();
    }

    /** Null, or what must not have happened. */
    private static String complaint(String text) {
        for (boolean dialect : new boolean[] {false, true}) {
            Evaluator evaluator = new Evaluator(new NoFiles(), BUDGET.withDialect(dialect));
            try {
                NixValue value = evaluator.evalBytes("/fuzz/x.nix", text);
                evaluator.print(value, true, PrintStyle.DESCRIPTIVE);
                evaluator.json(value, "/fuzz");
            } catch (EvalException | ParseException e) {
                if (e.getMessage() == null) {
                    return "no message";
                }
            } catch (RuntimeException | Error e) {
                return e + " at " + (e.getStackTrace().length > 0 ? e.getStackTrace()[0] : "");
            }
        }
        return "";
    }

    private static void run(long seed, long untilMillis, int most) throws IOException {
        List<String> corpus = corpus();
        Random random = new Random(seed);
        for (int i = 0; i < most && System.currentTimeMillis() < untilMillis; i++) {
            String text = mutated(random, corpus);
            assertThat(complaint(text))
                    .as("seed %s, text %s: <<%s>>", seed, i, text)
                    .isEmpty();
        }
    }

    @Test
    void noTextBreaksTheEvaluator() throws IOException {
        run(20_240_601L, System.currentTimeMillis() + 5_000, 4_000);
    }

    /** Ten minutes of it: {@code -Dfuzz.seconds=600}. */
    @Test
    @Tag("slow")
    void noTextBreaksTheEvaluatorForLonger() throws IOException {
        long seconds = Long.getLong("fuzz.seconds", 30);
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        run(seed, System.currentTimeMillis() + seconds * 1000, Integer.MAX_VALUE);
    }
}
