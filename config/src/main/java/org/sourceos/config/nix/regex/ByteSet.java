package org.sourceos.config.nix.regex;

/** A set of bytes. */
final class ByteSet {
    static final ByteSet NONE = new ByteSet();

    private final long[] bits = new long[4];

    static ByteSet of(int c) {
        ByteSet set = new ByteSet();
        set.add(c);
        return set;
    }

    /** Every byte but zero, as {@code .} matches. */
    static ByteSet any() {
        ByteSet set = new ByteSet();
        for (int c = 1; c < 256; c++) {
            set.add(c);
        }
        return set;
    }

    void add(int c) {
        bits[c >> 6] |= 1L << c;
    }

    void invert() {
        for (int i = 0; i < bits.length; i++) {
            bits[i] = ~bits[i];
        }
    }

    boolean has(int c) {
        return c < 256 && (bits[c >> 6] & 1L << c) != 0;
    }
}
