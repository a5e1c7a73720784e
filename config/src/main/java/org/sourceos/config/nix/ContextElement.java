package org.sourceos.config.nix;

import java.util.Comparator;

/**
 * A store path that a string mentions.
 *
 * @param path all of it, {@code /nix/store/hash-name}
 * @param output of a derivation, for {@link Kind#OUTPUT} only; otherwise empty
 */
record ContextElement(Kind kind, String path, String output) implements Comparable<ContextElement> {
    private static final Comparator<ContextElement> ORDER = Comparator.comparing(ContextElement::kind)
            .thenComparing(ContextElement::path)
            .thenComparing(ContextElement::output);

    /** In the order of messages: of several elements the first is shown. */
    enum Kind {
        PATH,
        /** A derivation and all that it can be built from. */
        DERIVATION,
        OUTPUT
    }

    static ContextElement ofPath(String path) {
        return new ContextElement(Kind.PATH, path, "");
    }

    static ContextElement ofDerivation(String path) {
        return new ContextElement(Kind.DERIVATION, path, "");
    }

    static ContextElement ofOutput(String path, String output) {
        return new ContextElement(Kind.OUTPUT, path, output);
    }

    /** As messages show it. */
    String shown() {
        return switch (kind) {
            case PATH -> path;
            case DERIVATION -> path + " (deep)";
            case OUTPUT -> path + "^" + output;
        };
    }

    @Override
    public int compareTo(ContextElement other) {
        return ORDER.compare(this, other);
    }
}
