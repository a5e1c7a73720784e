package org.sourceos.rebuild.plan;

import java.util.Optional;

/**
 * Which Debian this machine runs ({@code os-release(5)}).
 *
 * @param codename {@code VERSION_CODENAME}, such as {@code bookworm}; empty on a release without one
 * @param prettyName for messages
 */
public record HostRelease(Optional<String> codename, String prettyName) {
    /** Reads the text of {@code /etc/os-release}; whatever is not understood is left out. */
    public static HostRelease parse(String osRelease) {
        return new HostRelease(
                value(osRelease, "VERSION_CODENAME"),
                value(osRelease, "PRETTY_NAME").orElse("an unknown system"));
    }

    private static Optional<String> value(String text, String name) {
        return text.lines()
                .map(String::strip)
                .filter(line -> line.startsWith(name + "="))
                .map(line -> unquote(line.substring(name.length() + 1).strip()))
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    private static String unquote(String value) {
        boolean quoted = value.length() >= 2
                && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                && value.charAt(value.length() - 1) == value.charAt(0);
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
