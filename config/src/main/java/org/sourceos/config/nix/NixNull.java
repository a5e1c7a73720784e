package org.sourceos.config.nix;

/** {@code null}. */
public final class NixNull extends NixValue {
    static final NixNull NULL = new NixNull();

    private NixNull() {}

    @Override
    public String typeName() {
        return "null";
    }

    @Override
    public String typeWithArticle() {
        return "null";
    }
}
