package org.sourceos.cli.init;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What stands for {@code @hostname@} and {@code @user@} in templates. Both are safe to write into a text of the
 * configuration language as they are.
 *
 * @param hostname as the option {@code system.hostname} wants it
 * @param user a login name that is an attribute's name as well
 */
record Placeholders(String hostname, String user) {
    private static final Path KERNELS_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final int LONGEST_HOSTNAME = 63;

    /** Portable login names (Debian's {@code NAME_REGEX}), no longer than utmp holds. */
    private static final Pattern LOGIN = Pattern.compile("[a-z_][a-z0-9_-]{0,31}");

    private static final Set<String> KEYWORDS =
            Set.of("assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with");

    static Placeholders ofThisComputer(Map<String, String> environment) {
        String name;
        try {
            name = Files.readString(KERNELS_NAME);
        } catch (IOException e) {
            name = "";
        }
        return of(name, environment);
    }

    /** @param fullName the computer's name, perhaps with its domain, perhaps of characters that no name should have */
    static Placeholders of(String fullName, Map<String, String> environment) {
        String first = fullName.strip().replaceFirst("\\..*", "").replaceAll("[^A-Za-z0-9]+", "-");
        String cut = trimmed(trimmed(first)
                .substring(0, Math.min(LONGEST_HOSTNAME, trimmed(first).length())));
        // Under sudo, USER is root; who typed the command is meant.
        String user = Stream.of("SUDO_USER", "USER", "LOGNAME")
                .map(variable -> environment.getOrDefault(variable, ""))
                .filter(name -> LOGIN.matcher(name).matches() && !KEYWORDS.contains(name))
                .findFirst()
                .orElse("user");
        return new Placeholders(cut.isEmpty() ? "sourceos" : cut, user);
    }

    private static String trimmed(String name) {
        return name.replaceAll("^-+|-+$", "");
    }

    String fill(String text) {
        return text.replace("@hostname@", hostname).replace("@user@", user);
    }
}
