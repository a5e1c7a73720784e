package org.sourceos.config.nix;

/** How the elements of a {@link Context} are written. */
final class Contexts {
    private Contexts() {}

    /** The path an element is about, as messages show it. */
    static String shownPath(String element) {
        if (element.startsWith("=")) {
            return element.substring(1);
        }
        if (element.startsWith("!")) {
            return element.substring(element.indexOf('!', 1) + 1);
        }
        return element;
    }
}
