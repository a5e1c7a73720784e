package org.sourceos.config.nix.toml;

/** A text that is no TOML document. The message names the first mistake. */
public final class TomlException extends Exception {
    private static final long serialVersionUID = 1;

    TomlException(String message) {
        super(message);
    }
}
