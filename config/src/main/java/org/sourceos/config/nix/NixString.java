package org.sourceos.config.nix;

/** A string: bytes, usually UTF-8, and the {@link Context} of what it was made from. */
public final class NixString extends NixValue {
    static final NixString EMPTY = new NixString("");

    /** One byte per char. */
    final String bytes;

    final Context context;

    NixString(String bytes) {
        this(bytes, Context.NONE);
    }

    NixString(String bytes, Context context) {
        this.bytes = bytes;
        this.context = context;
    }

    /** Why bytes from elsewhere cannot be a string. */
    static String nulComplaint(String bytes) {
        return "input string '" + bytes.replace("\0", Bytes.of("␀"))
                + "' cannot be represented as Nix string because it contains null bytes";
    }

    /** Read as UTF-8; what is not becomes U+FFFD. */
    public String text() {
        return Bytes.toUnicode(bytes);
    }

    public byte[] toByteArray() {
        return Bytes.toArray(bytes);
    }

    @Override
    public String typeName() {
        return "string";
    }

    @Override
    public String typeWithArticle() {
        return context.isEmpty() ? "a string" : "a string with context";
    }
}
