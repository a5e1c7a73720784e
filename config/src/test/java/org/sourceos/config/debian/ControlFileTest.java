package org.sourceos.config.debian;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ControlFileTest {
    @Test
    void readsFieldsContinuationsAndComments() {
        List<ControlFile.Paragraph> paragraphs = ControlFile.parse(
                "# a comment\nPackage: hello\nFiles:\n aa 1 x\n bb 2 y\n\n\nPackage: other\nDEPENDS: a,\n# between\n b\n");
        assertThat(paragraphs).hasSize(2);
        assertThat(paragraphs.get(0).field("files")).contains("\naa 1 x\nbb 2 y");
        assertThat(paragraphs.get(1).field("Depends")).contains("a,\nb");
        assertThat(paragraphs.get(0).words("Nothing")).isEmpty();
    }

    @Test
    void looksInsideAClearTextSignature() {
        List<ControlFile.Paragraph> paragraphs = ControlFile.parse(
                "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
                        + "Source: hello\nVersion: 2.10-3\n\n-----BEGIN PGP SIGNATURE-----\n\niQ: x\n-----END PGP SIGNATURE-----\n");
        assertThat(paragraphs).hasSize(1);
        assertThat(paragraphs.get(0).field("Source")).contains("hello");
    }

    @Property(tries = 500)
    void neverFailsWhateverItIsGiven(@ForAll String text) {
        assertThat(ControlFile.parse(text)).isNotNull();
    }

    @Property(tries = 200)
    void readsBackWhatWasPrinted(@ForAll("fields") Map<String, String> fields) {
        StringBuilder text = new StringBuilder();
        fields.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append('\n'));
        Map<String, String> expected = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        expected.putAll(fields);
        List<ControlFile.Paragraph> paragraphs = ControlFile.parse(text + "\n");
        assertThat(paragraphs).hasSize(fields.isEmpty() ? 0 : 1);
        paragraphs.forEach(p -> assertThat(p.fields()).isEqualTo(expected));
    }

    @Provide
    Arbitrary<Map<String, String>> fields() {
        Arbitrary<String> names = Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars('-')
                .ofMinLength(1)
                .ofMaxLength(8);
        Arbitrary<String> values =
                Arbitraries.strings().withCharRange('!', '~').ofMinLength(1).ofMaxLength(20);
        return Arbitraries.maps(names.filter(n -> !n.startsWith("-")), values).ofMaxSize(6);
    }
}
