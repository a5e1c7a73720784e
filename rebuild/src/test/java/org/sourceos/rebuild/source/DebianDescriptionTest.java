package org.sourceos.rebuild.source;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DebianDescriptionTest {
    private static final String HASH = "31e066137a962676e89f69d1b65382de95a7ef7d914b8cb956f41ea72e0f516b";

    private static String dsc(String line) {
        return "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nFormat: 3.0 (quilt)\nSource: hello\nVersion: 2.10-3\n"
                + "Checksums-Sha256:\n " + line + "\nFiles:\n x 1 y\n\n-----BEGIN PGP SIGNATURE-----\n\nx\n";
    }

    @Test
    void readsNameVersionAndFiles() {
        DebianDescription description = DebianDescription.parse(dsc(HASH + " 725946 hello_2.10.orig.tar.gz"))
                .orElseThrow();
        assertThat(description.source()).isEqualTo("hello");
        assertThat(description.upstreamVersion()).isEqualTo("2.10");
        assertThat(description.files())
                .containsOnlyKeys("hello_2.10.orig.tar.gz")
                .containsValue(new DebianDescription.ListedFile(HASH, 725946));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {HASH + " 1 ../x", HASH + " 1 /etc/x", "abc 1 x", HASH + " x y", HASH + " 1", HASH + " 1 .x"})
    void refusesAListThatNamesAnythingButPlainFilesWithHashes(String line) {
        assertThat(DebianDescription.parse(dsc(line))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2.10-3,2.10",
        "1:9.0.1378-2+deb12u2,9.0.1378",
        "1.0,1.0",
        "6.1.4-1-2,6.1.4-1",
        "2:1~rc1+dfsg-1,1~rc1+dfsg"
    })
    void takesEpochAndRevisionOff(String version, String upstream) {
        assertThat(DebianDescription.upstreamVersion(version)).isEqualTo(upstream);
    }

    @Property(tries = 300)
    void neverFailsWhateverItIsGiven(@ForAll String text) {
        assertThat(DebianDescription.parse(text)).isNotNull();
        assertThat(DebianDescription.parse(dsc(text))).isNotNull();
    }
}
