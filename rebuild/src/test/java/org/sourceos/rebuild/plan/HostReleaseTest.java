package org.sourceos.rebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class HostReleaseTest {
    @Test
    void readsQuotedAndPlainValues() {
        HostRelease release =
                HostRelease.parse("PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nVERSION_CODENAME=trixie\n");
        assertThat(release.codename()).contains("trixie");
        assertThat(release.prettyName()).isEqualTo("Debian GNU/Linux 13 (trixie)");
        assertThat(HostRelease.parse("VERSION_CODENAME='bookworm'").codename()).contains("bookworm");
        assertThat(HostRelease.parse("ID=debian\nVERSION_CODENAME=\"\"\n").codename())
                .isEmpty();
    }

    @Property(tries = 300)
    void readsAnyText(@ForAll String text) {
        assertThat(HostRelease.parse("VERSION_CODENAME=" + text)).isNotNull();
    }
}
