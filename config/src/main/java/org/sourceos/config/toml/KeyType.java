package org.sourceos.config.toml;

/** What a key's value has to be. */
public enum KeyType {
    STRING("string", "a string"),
    /** A list of strings that may repeat, in an order that matters. */
    STRINGS("list of strings", "a list of strings"),
    /** A list of strings in which a repetition is a mistake. */
    STRING_SET("list of strings", "a list of strings"),
    BOOLEAN("true or false", "true or false"),
    INTEGER("integer", "an integer"),
    /** A size: {@code "512M"}, {@code "2G"}, or an integer, which counts MiB. */
    MEMORY("size (`\"512M\"`, `\"2G\"`; an integer counts MiB)", "a size such as \"512M\" or \"2G\""),
    /** A time: {@code "30m"}, {@code "2h"}, or an integer, which counts minutes. */
    DURATION("time (`\"30m\"`, `\"2h\"`; an integer counts minutes)", "a time such as \"30m\" or \"2h\""),
    /** A table whose values all are strings. */
    STRING_TABLE("table of strings", "a table of strings"),
    /** A table that has keys of its own. */
    TABLE("table", "a table");

    private final String documented;
    private final String expected;

    KeyType(String documented, String expected) {
        this.documented = documented;
        this.expected = expected;
    }

    /** For the reference. */
    public String documented() {
        return documented;
    }

    /** With its article, for {@code expected …}. */
    public String expected() {
        return expected;
    }
}
