package org.sourceos.config.toml;

/**
 * A key that a table may have.
 *
 * @param defaultText what holds without it, for the reference; {@link #REQUIRED} when there has to be one
 * @param example a value as it is written in TOML
 * @param meaning sentences in Markdown
 */
public record Key(String name, KeyType type, String defaultText, String example, String meaning) {
    public static final String REQUIRED = "required";

    public boolean required() {
        return defaultText.equals(REQUIRED);
    }
}
