package org.sourceos.config.nix;

/** {@code true} or {@code false}; there is one object of each. */
public final class NixBool extends NixValue {
    static final NixBool TRUE = new NixBool(true);
    static final NixBool FALSE = new NixBool(false);

    private final boolean value;

    private NixBool(boolean value) {
        this.value = value;
    }

    static NixBool of(boolean value) {
        return value ? TRUE : FALSE;
    }

    public boolean value() {
        return value;
    }

    @Override
    public String typeName() {
        return "bool";
    }

    @Override
    public String typeWithArticle() {
        return "a Boolean";
    }
}
