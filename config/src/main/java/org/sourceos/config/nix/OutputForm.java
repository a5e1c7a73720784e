package org.sourceos.config.nix;

/** What {@code nix-instantiate --eval} makes of a value. */
public enum OutputForm {
    /** As the language writes it, functions as {@code <LAMBDA>}, what is not evaluated as {@code <CODE>}. */
    VALUE,
    /** {@code --json}. */
    JSON,
    /** {@code --xml}, with the place of each attribute and function. */
    XML,
    /** {@code --xml --no-location}. */
    XML_WITHOUT_PLACES,
    /** {@code --raw}: the text alone of what can be read as a string. */
    RAW
}
