package org.sourceos.config.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.sourceos.config.ConfigException;
import org.sourceos.config.lock.LockFile.BasePin;
import org.sourceos.config.lock.LockFile.DebPin;
import org.sourceos.config.lock.LockFile.SourcePin;

class LockFileTest {
    private static final String DIGEST = "0123456789abcdef".repeat(4);
    private static final LockFile SAMPLE = LockFile.empty()
            .withSource("https://example.org/a-1.0.tar.gz", new SourcePin(DIGEST, Optional.empty(), Optional.empty()))
            .withSource("debian:hello", new SourcePin(DIGEST, Optional.of("2.10"), Optional.of("2.10-3")))
            .withDeb("debian-12:gcc", new DebPin("4:12.2.0-3", DIGEST, List.of("debian-12:libc6-dev", "debian-12:cpp")))
            .withDeb("debian-12:cpp", new DebPin("4:12.2.0-3", DIGEST, List.of()))
            .withBase("debian-12", new BasePin(DIGEST, List.of("bash=5.2.15-2+b7", "apt=2.6.1")));

    @Test
    void printsSortedText() {
        assertThat(SAMPLE.print()).isEqualTo("""
                        # Written by SourceOS: what every source, base and package meant when it was first used.
                        # Keep this file in git, beside the configuration. Do not edit it; delete an entry to have it pinned anew.
                        schema = 1

                        [bases."debian-12"]
                        sha256 = "DIGEST"
                        packages = [
                            "apt=2.6.1",
                            "bash=5.2.15-2+b7",
                        ]

                        [debs."debian-12:cpp"]
                        version = "4:12.2.0-3"
                        sha256 = "DIGEST"
                        requires = []

                        [debs."debian-12:gcc"]
                        version = "4:12.2.0-3"
                        sha256 = "DIGEST"
                        requires = [
                            "debian-12:cpp",
                            "debian-12:libc6-dev",
                        ]

                        [sources."debian:hello"]
                        sha256 = "DIGEST"
                        version = "2.10"
                        exact = "2.10-3"

                        [sources."https://example.org/a-1.0.tar.gz"]
                        sha256 = "DIGEST"
                        """.replace("DIGEST", DIGEST));
    }

    @Test
    void readsWhatItPrints() throws ConfigException {
        assertThat(LockFile.parse("sourceos.lock", SAMPLE.print())).isEqualTo(SAMPLE);
        assertThat(LockFile.parse("sourceos.lock", LockFile.empty().print())).isEqualTo(LockFile.empty());
        assertThat(LockFile.parse("sourceos.lock", "")).isEqualTo(LockFile.empty());
    }

    @Test
    void anAddedPinReplacesTheOldOne() {
        SourcePin anew = new SourcePin("f".repeat(64), Optional.of("3"), Optional.empty());

        assertThat(SAMPLE.withSource("debian:hello", anew).sources()).hasSize(2).containsEntry("debian:hello", anew);
        assertThat(SAMPLE.sources().get("debian:hello")).isNotEqualTo(anew);
    }

    @Test
    void refusesAnotherSchemaAndSaysNothingElse() {
        assertThatThrownBy(() -> LockFile.parse("sourceos.lock", "schema = 2\n[new]\n[sources.x]\nblake3 = 1\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("""
                        sourceos.lock:1:10: this lock has schema 2, and this SourceOS reads schema 1
                          1 | schema = 2
                            |          ^
                          use the SourceOS that wrote it, or a newer one""");
    }

    @Test
    void saysThatAMergeIsNotFinished() {
        String ours = SAMPLE.print();
        String merged = ours.replace(
                "version = \"2.10\"\n",
                "<<<<<<< HEAD\nversion = \"2.10\"\n=======\nversion = \"2.11\"\n>>>>>>> topic\n");

        assertThatThrownBy(() -> LockFile.parse("sourceos.lock", merged))
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.diagnostics()).hasSize(1))
                .hasMessageContaining("merge conflict markers")
                .hasMessageContaining("<<<<<<< HEAD");
    }

    @Test
    void findsAllMistakesAtOnce() {
        String text = """
                schema = 1
                [sources."debian:hello"]
                sha256 = "abc"
                verison = "2.10"
                [sources.x]
                [bases]
                debian-12 = "x"
                [debs.gcc]
                version = 12
                sha256 = "%s"
                requires = "cpp"
                [deps.gcc]
                """.formatted(DIGEST);

        assertThatThrownBy(() -> LockFile.parse("sourceos.lock", text))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.diagnostics())
                                .extracting(d -> d.position().line())
                                .containsExactly(3, 4, 5, 7, 9, 11, 12));
    }

    @Test
    void refusesALockThatNamesNoSchema() {
        assertThatThrownBy(() -> LockFile.parse("sourceos.lock", "[sources]\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("schema = 1");
    }

    @Property(tries = 300)
    void anyLockIsReadBackAsItWas(@ForAll("locks") LockFile lock) throws ConfigException {
        String text = lock.print();

        assertThat(PrintedLock.parse(text)).contains(lock);
        assertThat(LockFileParser.parse("sourceos.lock", text)).isEqualTo(lock);
        assertThat(LockFile.parse("sourceos.lock", text).print()).isEqualTo(text);
    }

    @Test
    void aNulIsRefusedAsInAnyOtherFile() {
        String text = SAMPLE.print().replace("libc6-dev", "libc6\\u0000dev");

        assertThat(PrintedLock.parse(text)).isEmpty();
        assertThatThrownBy(() -> LockFile.parse("sourceos.lock", text)).hasMessageContaining("a NUL character");
    }

    /** The quick reader gives up or says the same. */
    @Property(tries = 5000)
    void aChangedLockIsNotMisread(
            @ForAll @IntRange(max = 2000) int from,
            @ForAll @IntRange(max = 70) int length,
            @ForAll("insertions") String text)
            throws ConfigException {
        StringBuilder changed =
                new StringBuilder(SAMPLE.withDeb("\"odd\" \\ \u0001", new DebPin("1", DIGEST, List.of("\n")))
                        .print());
        int start = Math.min(from, changed.length());
        changed.replace(start, Math.min(changed.length(), start + length), text);

        Optional<LockFile> quick = PrintedLock.parse(changed.toString());
        if (quick.isPresent()) {
            assertThat(LockFileParser.parse("sourceos.lock", changed.toString()))
                    .isEqualTo(quick.get());
        }
    }

    @Provide
    Arbitrary<String> insertions() {
        return Arbitraries.of(
                "", "\n", "\"", "\\", "\\u0041", "[", "]", "]\n[sources.\"a\"]\n", "a", "0", " ", "#", "\r", "\u0000");
    }

    @Property(tries = 300)
    void anyTextIsReadOrRefused(@ForAll String text) {
        for (String prefix : List.of("", "schema = 1\n", "schema = 1\n[sources.x]\nsha256 = ", "[bases.\"")) {
            try {
                LockFile.parse("sourceos.lock", prefix + text);
            } catch (ConfigException e) {
                assertThat(e.diagnostics()).isNotEmpty();
            }
        }
    }

    @Provide
    Arbitrary<LockFile> locks() {
        // Lone surrogates are no text: TOML is UTF-8.
        Arbitrary<String> text = Arbitraries.strings()
                .withCharRange(' ', '~')
                .withChars("\t\n\r\u0001\u007f\u0085äß€\u2028\"'\\")
                .ofMaxLength(12);
        Arbitrary<String> digest =
                Arbitraries.strings().withCharRange('a', 'f').numeric().ofLength(64);
        Arbitrary<List<String>> texts = text.list().ofMaxSize(4);
        return Combinators.combine(
                        map(
                                text,
                                Combinators.combine(digest, text.optional(), text.optional())
                                        .as(SourcePin::new)),
                        map(text, Combinators.combine(digest, texts).as(BasePin::new)),
                        map(text, Combinators.combine(text, digest, texts).as(DebPin::new)))
                .as(LockFile::new);
    }

    private static <T> Arbitrary<SortedMap<String, T>> map(Arbitrary<String> keys, Arbitrary<T> values) {
        return Arbitraries.maps(keys, values).ofMaxSize(3).map(TreeMap::new);
    }
}
