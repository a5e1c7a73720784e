package org.sourceos.gitstore.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What {@link DeltaBase} writes, {@link Delta} reads; that git reads it too is tested with whole packs. */
class DeltaPropertyTest {
    /** Pieces of the base in any order, with something new between them. */
    private static byte[] edited(byte[] base, Random random) {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        for (int i = random.nextInt(8); i >= 0; i--) {
            int from = random.nextInt(base.length + 1);
            int length = random.nextInt(base.length - from + 1);
            target.write(base, from, length);
            byte[] other = new byte[random.nextInt(300)];
            random.nextBytes(other);
            target.writeBytes(other);
        }
        return target.toByteArray();
    }

    @Property(tries = 300)
    void whatIsWrittenAsADifferenceIsReadAgain(
            @ForAll long seed,
            @ForAll @IntRange(max = 20_000) int size,
            @ForAll @IntRange(min = 1, max = 256) int alphabet)
            throws IOException {
        Random random = new Random(seed);
        byte[] base = new byte[size];
        for (int i = 0; i < size; i++) {
            base[i] = (byte) random.nextInt(alphabet);
        }
        byte[] target = edited(base, random);

        Optional<byte[]> delta = new DeltaBase(base).encode(target, Integer.MAX_VALUE);

        assertThat(Delta.apply(base, delta.orElseThrow())).isEqualTo(target);
        int limit = random.nextInt(target.length + 100);
        assertThat(new DeltaBase(base).encode(target, limit))
                .satisfies(
                        limited -> limited.ifPresent(bytes -> assertThat(bytes).hasSizeLessThanOrEqualTo(limit)));
    }

    @Test
    void whatIsLongIsCopiedInPiecesThatGitReads() throws IOException {
        byte[] base = new byte[300_000];
        new Random(5).nextBytes(base);
        byte[] target = new byte[300_010];
        System.arraycopy(base, 0, target, 10, base.length);

        byte[] delta = new DeltaBase(base).encode(target, 1_000).orElseThrow();

        assertThat(delta).hasSizeLessThan(80);
        assertThat(Delta.apply(base, delta)).isEqualTo(target);
    }
}
