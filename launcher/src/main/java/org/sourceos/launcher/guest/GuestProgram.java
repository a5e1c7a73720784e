package org.sourceos.launcher.guest;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What runs in a machine.
 *
 * @param arguments the program (looked up in {@code PATH} of {@code environment}) and its arguments, at least one
 * @param environment all of it; nothing is added
 * @param directory where it runs; the user's home when empty
 * @param hostname the machine's name for itself
 */
public record GuestProgram(
        List<String> arguments,
        SortedMap<String, String> environment,
        Optional<String> directory,
        GuestUser user,
        String hostname) {
    private static final int MAX_HOSTNAME = 63;

    public GuestProgram {
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("a machine needs a program to run");
        }
        arguments = List.copyOf(arguments);
        environment = new TreeMap<>(environment);
        hostname = asHostname(hostname);
    }

    /** RFC 1123: letters, digits and hyphens. */
    private static String asHostname(String name) {
        String clean = name.replaceAll("[^A-Za-z0-9-]", "-").replaceAll("^-+", "");
        clean = clean.substring(0, Math.min(clean.length(), MAX_HOSTNAME)).replaceAll("-+$", "");
        return clean.isEmpty() ? "vm" : clean;
    }
}
