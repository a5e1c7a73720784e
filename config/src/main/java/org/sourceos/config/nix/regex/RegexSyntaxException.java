package org.sourceos.config.nix.regex;

/** A pattern that is no regular expression, or one that would become too large a machine. */
public final class RegexSyntaxException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean tooLarge;

    RegexSyntaxException(String message, boolean tooLarge) {
        super(message);
        this.tooLarge = tooLarge;
    }

    public boolean tooLarge() {
        return tooLarge;
    }
}
