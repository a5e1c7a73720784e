package org.sourceos.rebuild.apt;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sourceos.rebuild.RebuildException;

class AptMessagesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            E: Failed to fetch http://x/ Temporary failure resolving 'mirror.example' | FETCH_FAILED | name of the server mirror.example cannot be resolved
            Err:1 http://x/ Could not connect to 10.0.0.1:80 (10.0.0.1), connection timed out | FETCH_FAILED | the server 10.0.0.1:80 cannot be reached
            W: GPG error: http://x InRelease: The following signatures couldn't be verified: NO_PUBKEY 0E98404D386FA1D9 | FETCH_FAILED | key 0E98404D386FA1D9
            E: The repository 'http://x sid InRelease' is not signed. | FETCH_FAILED | not signed by a key this machine trusts
            E: Release file for http://x is expired (invalid since 3d). Updates for this repository will not be applied. | FETCH_FAILED | clock
            E: You must put some 'deb-src' URIs in your sources.list | UNUSABLE | index of source packages
            E: You don't have enough free space in /var/cache/apt/archives/. | STORE | disk is full
            E: Failed to fetch http://x/a.dsc  404  Not Found | GONE | does not have it
            E: something nobody expected | FETCH_FAILED | apt failed
            """)
    void saysWhatHappenedInOurWordsAndAptsBelow(String line, RebuildException.Kind kind, String meaning) {
        RebuildException explained = AptMessages.explain("cannot fetch x", "Reading package lists...\n" + line + "\n");
        assertThat(explained.kind()).isEqualTo(kind);
        assertThat(explained)
                .hasMessageStartingWith("cannot fetch x: ")
                .hasMessageContaining(meaning)
                .hasMessageContaining("\n  " + line);
        assertThat(explained.getMessage()).doesNotContain("Reading package lists", "$");
    }

    @Property(tries = 300)
    void neverFailsWhateverAptSays(@ForAll String output) {
        assertThat(AptMessages.explain("x", output).getMessage()).startsWith("x: ");
        assertThat(AptMessages.failedSources(output)).isNotNull();
    }
}
