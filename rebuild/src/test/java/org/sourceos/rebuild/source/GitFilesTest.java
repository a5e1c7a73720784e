package org.sourceos.rebuild.source;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.sourceos.rebuild.RebuildException;

class GitFilesTest {
    @Property(tries = 300)
    void refusesOrReadsWhateverListingItIsGiven(@ForAll byte[] listing) {
        try {
            assertThat(GitFiles.parse("x", listing)).isNotNull();
        } catch (RebuildException e) {
            assertThat(e).hasMessageStartingWith("x: ");
        }
    }
}
