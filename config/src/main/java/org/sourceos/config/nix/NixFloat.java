package org.sourceos.config.nix;

/** A double. */
public final class NixFloat extends NixValue {
    private final double value;

    NixFloat(double value) {
        this.value = value;
    }

    public double value() {
        return value;
    }

    @Override
    public String typeName() {
        return "float";
    }

    @Override
    public String typeWithArticle() {
        return "a float";
    }
}
