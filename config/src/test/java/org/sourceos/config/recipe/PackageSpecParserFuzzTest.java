package org.sourceos.config.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.sourceos.config.ConfigException;
import org.sourceos.config.diagnostic.Diagnostic;

/** Whatever the text, it is a recipe or it is refused with places inside it. */
class PackageSpecParserFuzzTest {
    private static final List<String> SEEDS = seeds();
    private static final List<String> TOKENS = List.of(
            "[",
            "]",
            "[[",
            "]]",
            "{",
            "}",
            "=",
            ",",
            "'''",
            "\"\"\"",
            "\"",
            "'",
            "\n",
            "\r\n",
            "#",
            ".",
            "\\u0000",
            "\\",
            "3.10",
            "-1",
            "true",
            "1979-05-27",
            "nan",
            "[package]",
            "[features.x]",
            "{version}",
            "debian:",
            "\u0000",
            "\ud800",
            "\u202e",
            "😀",
            "\t",
            "memory = ",
            "[runtime]\n",
            "9223372036854775807",
            "<<<<<<< a\n");

    @Property(tries = 1500)
    void mutatedRecipesAreReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
        for (int i = random.nextInt(6); i >= 0; i--) {
            int from = random.nextInt(text.length() + 1);
            int to = Math.min(text.length(), from + random.nextInt(12));
            switch (random.nextInt(4)) {
                case 0 -> text.delete(from, to);
                case 1 -> text.insert(from, TOKENS.get(random.nextInt(TOKENS.size())));
                case 2 -> text.replace(from, to, TOKENS.get(random.nextInt(TOKENS.size())));
                default -> text.insert(from, text.substring(from, Math.min(text.length(), from + 60)));
            }
        }
        parse(text.toString());
    }

    @Property(tries = 300)
    void randomBytesAreReadOrRefused(@ForAll @Size(max = 200) byte[] bytes) {
        parse(new String(bytes, StandardCharsets.UTF_8));
        parse(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    @Property(tries = 300)
    void randomTextIsReadOrRefused(@ForAll String text) {
        parse(text);
        parse("[package]\nname = \"" + text + "\"\nsource = \"" + text + "\"\n");
        parse("[dependencies]\n\"" + text + "\" = 1\n[" + text + "]\n");
    }

    @Test
    void deepNestingIsRefused() {
        parse("a = " + "[".repeat(100_000));
        parse("a = " + "{ a = ".repeat(100_000));
        parse("[" + "a.".repeat(100_000) + "a]\n");
        parse("a" + ".a".repeat(100_000) + " = 1\n");
        parse("[features.x]\ndependencies = " + "{ dependencies = ".repeat(200) + "1" + " }".repeat(200));
    }

    private static void parse(String text) {
        try {
            PackageSpecParser.parse("fuzz", text);
        } catch (ConfigException e) {
            assertThat(e.diagnostics()).isNotEmpty();
            for (Diagnostic diagnostic : e.diagnostics()) {
                long lines = text.lines().count();
                assertThat(diagnostic.position().line()).isBetween(1, (int) lines + 1);
                assertThat(diagnostic.position().column())
                        .isBetween(1, diagnostic.sourceLine().length() + 2);
                assertThat(diagnostic.render()).doesNotContain("\u0000", "\u001b", "\u202e");
            }
        }
    }

    private static List<String> seeds() {
        try (Stream<Path> files = Files.walk(Path.of("src/test/resources/recipes"))) {
            return files.filter(file -> file.toString().endsWith(".toml"))
                    .sorted()
                    .map(PackageSpecParserFuzzTest::read)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
