package org.sourceos.launcher.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Cancellation;

class SparseRamTest {
    private static final int PAGE = 4096;

    @TempDir
    private Path folder;

    private SparseRam copy(byte[] memory) throws IOException {
        Path from = Files.write(folder.resolve("from"), memory);
        Path to = folder.resolve("to");
        Files.deleteIfExists(to);
        SparseRam copied = SparseRam.copy(from, to, new Cancellation());
        assertThat(Files.readAllBytes(to)).isEqualTo(memory);
        assertThat(SparseRam.of(to, new Cancellation())).isEqualTo(copied);
        return copied;
    }

    @Test
    void copiesAllBytesAndCountsPagesThatAreNotZero() throws IOException {
        byte[] memory = new byte[3 << 20];
        memory[5 * PAGE] = 1;
        memory[(1 << 20) - 1] = 2;
        memory[(1 << 20)] = 3;
        SparseRam first = copy(memory);
        assertThat(first.usedBytes()).isEqualTo(3 * PAGE);
        memory[memory.length - 1] = 4;
        assertThat(copy(memory).usedBytes()).isEqualTo(4 * PAGE);
        assertThat(copy(new byte[1 << 20]).usedBytes()).isZero();
    }

    @Test
    void theDigestKnowsWhereAPageIs() throws IOException {
        byte[] one = new byte[1 << 20];
        byte[] two = new byte[1 << 20];
        one[PAGE] = 7;
        two[2 * PAGE] = 7;
        assertThat(copy(one).digest()).isNotEqualTo(copy(two).digest());
    }
}
