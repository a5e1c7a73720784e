package org.sourceos.config.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sourceos.config.ConfigException;
import org.sourceos.config.nix.EvalException;
import org.sourceos.config.nix.EvalSettings;
import org.sourceos.config.nix.SourceIo;
import org.sourceos.config.options.PackageDeclarations.PackageDeclaration;
import org.sourceos.config.system.SystemOptions;

/**
 * Whatever a configuration says, reading it ends in a configuration, in its mistakes, or in a budget that ran out. Texts are
 * the golden configurations, mutated; a failing one is in the assertion's message, with its seed.
 */
class ConfigurationFuzzTest {
    private static final EvalSettings BUDGET = EvalSettings.sourceos().withLimits(2_000, 300_000, 20_000_000);
    private static final List<String> PIECES = List.of(
            "{ }",
            "[ ]",
            "null",
            "1",
            "\"x\"",
            "./x",
            "x: x",
            "lib",
            "pkgs",
            "config",
            "config.vms",
            "config.system.hostname",
            "lib.mkIf true",
            "lib.mkIf config.vms.a.autostart",
            "lib.mkMerge [ 1 ]",
            "lib.mkForce",
            "lib.mkOption { }",
            "lib.types.submodule { options = { }; }",
            "{ _type = \"if\"; }",
            "{ _type = \"merge\"; contents = 1; }",
            "{ _type = \"override\"; priority = null; content = { }; }",
            "{ _type = \"package\"; }",
            "{ _type = \"package\"; name = 1; settings = [ ]; }",
            "{ _type = \"option-type\"; name = \"listOf\"; }",
            "imports = [ ./system.source.nix ];",
            "imports = [ { } (x: x) 1 null ];",
            "options = { };",
            "config = { };",
            "system = ",
            "vms.a = firefox;",
            "vms.a = { };",
            "users = throw \"no\";",
            "firefox.override",
            "kernel.override { }",
            "with config;",
            "rec",
            ";",
            "}",
            "{",
            ")",
            "(");

    /** One file, whatever its name; nothing else exists. */
    private record OneFile(String text) implements SourceIo {
        @Override
        public byte[] read(String path) throws IOException {
            if (!path.endsWith("/system.source.nix")) {
                throw new NoSuchFileException(path);
            }
            return text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Optional<FileType> type(String path) {
            return path.endsWith("/system.source.nix") ? Optional.of(FileType.REGULAR) : Optional.empty();
        }

        @Override
        public SortedMap<String, FileType> list(String path) throws IOException {
            throw new NoSuchFileException(path);
        }

        @Override
        public String readLink(String path) throws IOException {
            throw new NoSuchFileException(path);
        }
    }

    private static List<String> corpus() throws IOException {
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/resources/configurations"))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".nix")).sorted().toList()) {
                texts.add(Files.readString(file));
            }
        }
        return texts;
    }

    private static PackageDeclarations packages() {
        SortedMap<String, PackageDeclaration> all = new TreeMap<>();
        for (String name : List.of("firefox", "kernel", "htop", "jq", "vim-vixen", "ublock-origin")) {
            SortedMap<String, Option> options = new TreeMap<>();
            for (String option : List.of("profile", "extensions", "preempt")) {
                options.put(option, new Option(option, OptionType.ANYTHING, Optional.empty(), Optional.empty(), ""));
            }
            all.put(name, new PackageDeclaration(name, Optional.empty(), options, true));
        }
        return PackageDeclarations.of(all);
    }

    private static String mutated(Random random, List<String> corpus) {
        StringBuilder text = new StringBuilder(corpus.get(random.nextInt(corpus.size())));
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), at + random.nextInt(12));
            String piece = " " + PIECES.get(random.nextInt(PIECES.size())) + " ";
            switch (random.nextInt(4)) {
                case 0 -> text.delete(at, end);
                case 1 -> text.replace(at, end, piece);
                default -> afterAnEquals(random, text, piece);
            }
        }
        return text.toString();
    }

    /** Most places where a value stands follow one, and a piece there still parses. */
    private static void afterAnEquals(Random random, StringBuilder text, String piece) {
        int equals = text.indexOf("=", random.nextInt(text.length() + 1));
        int semicolon = text.indexOf(";", Math.max(equals, 0));
        if (equals >= 0 && semicolon > equals) {
            text.replace(equals + 1, semicolon, piece);
        }
    }

    private static String complaint(PackageDeclarations packages, String text) {
        try {
            new ConfigurationReader(new OneFile(text), BUDGET, packages, SystemOptions.all(), "/c")
                    .read("/c/system.source.nix")
                    .values()
                    .json();
        } catch (ConfigException | EvalException e) {
            return e.getMessage() == null ? "no message" : "";
        } catch (RuntimeException | Error e) {
            return e + " at " + (e.getStackTrace().length > 0 ? e.getStackTrace()[0] : "");
        }
        return "";
    }

    private static void run(long seed, long untilMillis, int most) throws IOException {
        List<String> corpus = corpus();
        PackageDeclarations packages = packages();
        Random random = new Random(seed);
        for (int i = 0; i < most && System.currentTimeMillis() < untilMillis; i++) {
            String text = mutated(random, corpus);
            assertThat(complaint(packages, text))
                    .as("seed %s, text %s: <<%s>>", seed, i, text)
                    .isEmpty();
        }
    }

    /** Found by this test: a tree of thunks is small, and what is read of it is not. */
    @Test
    void aValueThatNeverEndsOrIsMadeOfItselfManyTimesIsALimit() {
        for (String value : List.of(
                "let f = n: { a = f (n + 1); b = f (n + 1); }; in f 0",
                "let f = n: if n == 0 then 1 else let x = f (n - 1); in [ x x x x ]; in f 16")) {
            String text = "{ system.applications.a = firefox.override { profile = " + value + "; }; }";
            assertThatThrownBy(() -> new ConfigurationReader(
                                    new OneFile(text), BUDGET, packages(), SystemOptions.all(), "/c")
                            .read("/c/system.source.nix"))
                    .isInstanceOf(EvalException.class)
                    .hasMessageContaining("the evaluation needed more than 20000000 bytes of memory");
        }
    }

    @Test
    void noConfigurationBreaksTheReader() throws IOException {
        run(20_261_126L, System.currentTimeMillis() + 5_000, 3_000);
    }

    /** Ten minutes of it: {@code -Dfuzz.seconds=600}. */
    @Test
    @Tag("slow")
    void noConfigurationBreaksTheReaderForLonger() throws IOException {
        long seconds = Long.getLong("fuzz.seconds", 20);
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        run(seed, System.currentTimeMillis() + seconds * 1000, Integer.MAX_VALUE);
    }
}
