package org.sourceos.config.nix;

/** A 64-bit integer. */
public final class NixInt extends NixValue {
    private static final int LOWEST = -128;
    private static final NixInt[] SMALL = new NixInt[1024 + 128];

    static {
        for (int i = 0; i < SMALL.length; i++) {
            SMALL[i] = new NixInt(i + LOWEST);
        }
    }

    private final long value;

    private NixInt(long value) {
        this.value = value;
    }

    public static NixInt of(long value) {
        if (value >= LOWEST && value < SMALL.length + LOWEST) {
            return SMALL[(int) value - LOWEST];
        }
        return new NixInt(value);
    }

    public long value() {
        return value;
    }

    @Override
    public String typeName() {
        return "int";
    }

    @Override
    public String typeWithArticle() {
        return "an integer";
    }
}
