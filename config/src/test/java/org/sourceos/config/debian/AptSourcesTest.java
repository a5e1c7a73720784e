package org.sourceos.config.debian;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AptSourcesTest {
    @Test
    void readsTheOneLineFormatWithOptions() {
        AptSources.Parsed parsed = AptSources.parseList("# comment\n"
                + "deb [ arch=amd64,arm64 signed-by=/k.gpg lang+=de ] https://x.example/debian bookworm main contrib # why\n"
                + "  deb-src http://y.example/ ./\n#deb http://off.example/ x main\n");
        assertThat(parsed.complaints()).isEmpty();
        assertThat(parsed.entries())
                .containsExactly(
                        new SourceEntry(
                                List.of("deb"),
                                List.of("https://x.example/debian"),
                                List.of("bookworm"),
                                List.of("main", "contrib"),
                                new TreeMap<>(Map.of(
                                        "Architectures", "amd64 arm64", "Signed-By", "/k.gpg", "Languages-Add", "de"))),
                        new SourceEntry(
                                List.of("deb-src"),
                                List.of("http://y.example/"),
                                List.of("./"),
                                List.of(),
                                new TreeMap<>()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dep http://x bookworm main",
                "deb http://x",
                "deb http://x bookworm",
                "deb [arch=amd64 http://x y main",
                "deb",
                "rpm-src x y z"
            })
    void complainsOfALineThatIsNoEntry(String line) {
        AptSources.Parsed parsed = AptSources.parseList("\n" + line + "\n");
        assertThat(parsed.entries()).isEmpty();
        assertThat(parsed.complaints()).hasSize(1).first().asString().startsWith("line 2: ");
    }

    @Test
    void readsDeb822WithAnEmbeddedKey() {
        AptSources.Parsed parsed = AptSources.parseDeb822("Types: deb deb-src\n# a note\nURIs: http://a http://b\n"
                + "Suites: bookworm bookworm-updates\nComponents: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n"
                + " .\n mDME\n -----END PGP PUBLIC KEY BLOCK-----\n");
        assertThat(parsed.entries()).hasSize(1);
        assertThat(parsed.entries().get(0).options().get("signed-by"))
                .isEqualTo("\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n.\nmDME\n-----END PGP PUBLIC KEY BLOCK-----");
        assertThat(parsed.entries().get(0).print())
                .contains("Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDME\n");
    }

    @ParameterizedTest
    @CsvSource({"no,0", "False,0", "0,0", "off,0", "yes,1", "true,1"})
    void leavesOutDisabledEntries(String enabled, int entries) {
        AptSources.Parsed parsed = AptSources.parseDeb822(
                "Enabled: " + enabled + "\nTypes: deb\nURIs: http://a\nSuites: x\nComponents: main\n");
        assertThat(parsed.entries()).hasSize(entries);
        assertThat(parsed.complaints()).isEmpty();
    }

    @Test
    void complainsOfAParagraphThatLacksAField() {
        assertThat(AptSources.parseDeb822("Types: deb\nURIs: http://a\n").complaints())
                .hasSize(1);
    }

    @Property(tries = 300)
    void neverFailsWhateverItIsGiven(@ForAll String text) {
        assertThat(AptSources.parseList(text)).isNotNull();
        assertThat(AptSources.parseDeb822(text)).isNotNull();
        assertThat(AptSources.parseList("deb " + text)).isNotNull();
    }

    @Property(tries = 200)
    void readsBackWhatItPrints(@ForAll("entries") SourceEntry entry) {
        assertThat(AptSources.parseDeb822(entry.print()).entries()).containsExactly(entry);
    }

    @Provide
    Arbitrary<SourceEntry> entries() {
        Arbitrary<String> word = Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars(":/.-")
                .ofMinLength(1)
                .ofMaxLength(10);
        Arbitrary<List<String>> words = word.list().ofMinSize(1).ofMaxSize(3);
        Arbitrary<Map<String, String>> options =
                Arbitraries.maps(Arbitraries.of("Signed-By", "Architectures", "By-Hash"), word);
        return Combinators.combine(
                        Arbitraries.of(List.of("deb"), List.of("deb", "deb-src")), words, words, words, options)
                .as((types, uris, suites, components, o) ->
                        new SourceEntry(types, uris, suites, components, new TreeMap<>(o)));
    }
}
