package org.sourceos.launcher.guest;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * By what a kept machine and its host find each other again in the middle of anything: sixteen random bytes that only the
 * two know, so that no program's output or input can be taken for it.
 */
public final class Mark {
    static final int BYTES = 16;
    /** The payload of RESUMED: the mark, the lost bytes, the sessions that run. */
    static final int RESUMED_BYTES = BYTES + Long.BYTES + Integer.BYTES;

    private final byte[] bytes;

    private Mark(byte[] bytes) {
        this.bytes = bytes;
    }

    public static Mark random(RandomGenerator random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new Mark(bytes);
    }

    /** Reads what {@link #hex} wrote. */
    public static Mark parse(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a mark has " + BYTES + " bytes, not " + bytes.length);
        }
        return new Mark(bytes);
    }

    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    byte[] bytes() {
        return bytes.clone();
    }

    /** What RESUMED begins with. */
    byte[] greeting() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) FrameType.RESUMED.code(), 0, 0, 0, (byte) RESUMED_BYTES, 0, 0, 0});
        out.writeBytes(bytes);
        return out.toByteArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Mark mark && Arrays.equals(bytes, mark.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
