package org.sourceos.config.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a dependency's version must be: {@code "3.24"} matches 3.24 and 3.24.x, {@code "*"} everything, and
 * {@code ">=1.2, <2"} what all its comparisons allow.
 *
 * <p>A bare version is a prefix that ends where a component ends: {@code 3.24} matches 3.24, 3.24.1, 3.24-2 and 3.24a, but
 * neither 3.240 nor 3.24~rc1, which comes before 3.24. Comparisons ({@code >= <= > < = !=}) go by {@link VersionOrder} and
 * are exact: {@code <=3.24} does not match 3.24.1. Bare versions and comparisons may be joined by commas; all must match.
 *
 * @param text as written
 */
public record VersionConstraint(String text) {
    /** Matches every version. */
    public static final VersionConstraint ANY = new VersionConstraint("*");

    private static final Pattern PART = Pattern.compile("(>=|<=|>|<|=|!=)?\\s*([A-Za-z0-9][A-Za-z0-9.+~_-]*)");
    private static final Pattern BORROWED = Pattern.compile("(\\^|~>|~=|~|==|=>|=<|>>|<<)\\s*(.*)");

    /** A text that is no constraint. The message says why and what to write; it names no place. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        private final String suggestion;

        Malformed(String message, String suggestion) {
            super(message);
            this.suggestion = suggestion;
        }

        public String suggestion() {
            return suggestion;
        }
    }

    private record Part(String operator, String version) {
        boolean matches(String candidate) {
            int order = VersionOrder.UPSTREAM.compare(candidate, version);
            return switch (operator) {
                case ">=" -> order >= 0;
                case "<=" -> order <= 0;
                case ">" -> order > 0;
                case "<" -> order < 0;
                case "=" -> order == 0;
                case "!=" -> order != 0;
                default -> isPrefix(candidate);
            };
        }

        private boolean isPrefix(String candidate) {
            if (!candidate.startsWith(version)) {
                return false;
            }
            if (candidate.length() == version.length()) {
                return true;
            }
            char last = version.charAt(version.length() - 1);
            char next = candidate.charAt(version.length());
            boolean sameNumber = VersionOrder.isDigit(last) && VersionOrder.isDigit(next);
            boolean sameWord = VersionOrder.isLetter(last) && VersionOrder.isLetter(next);
            return next != '~' && !sameNumber && !sameWord;
        }
    }

    /** For texts known to be right; those of users go through {@link #parse}. */
    public VersionConstraint {
        try {
            parts(text);
        } catch (Malformed e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    public static VersionConstraint parse(String text) throws Malformed {
        parts(text);
        return new VersionConstraint(text);
    }

    public boolean matches(String version) {
        try {
            return parts(text).stream().allMatch(part -> part.matches(version));
        } catch (Malformed e) {
            throw new AssertionError("checked when this was made", e);
        }
    }

    @Override
    public String toString() {
        return text;
    }

    private static List<Part> parts(String text) throws Malformed {
        List<Part> parts = new ArrayList<>();
        if (text.strip().equals("*")) {
            return parts;
        }
        for (String written : text.split(",", -1)) {
            String part = written.strip();
            Matcher matcher = PART.matcher(part);
            if (!matcher.matches() || part.endsWith(".x")) {
                throw malformed(part);
            }
            parts.add(new Part(matcher.group(1) == null ? "" : matcher.group(1), matcher.group(2)));
        }
        return parts;
    }

    private static Malformed malformed(String part) {
        Matcher borrowed = BORROWED.matcher(part);
        if (part.isEmpty()) {
            return new Malformed("a version is missing", "write \"3.24\", \">=1.2, <2\", or \"*\" for any version");
        }
        if (borrowed.matches()) {
            String version = borrowed.group(2);
            String instead = switch (borrowed.group(1)) {
                case "==" -> "=" + version;
                case "=>" -> ">=" + version;
                case "=<" -> "<=" + version;
                case ">>" -> ">" + version;
                case "<<" -> "<" + version;
                default -> version;
            };
            boolean prefix = instead.equals(version);
            return new Malformed(
                    "the operator " + borrowed.group(1) + " is not known",
                    "write \"" + instead + "\""
                            + (prefix ? ", which matches " + version + " and " + version + ".x" : ""));
        }
        if (part.endsWith(".*") || part.endsWith(".x")) {
            String version = part.substring(0, part.length() - 2);
            return new Malformed(
                    "a version has no wildcards",
                    "write \"" + version + "\", which matches " + version + " and " + version + ".x");
        }
        if (part.matches(".*\\s.*")) {
            return new Malformed("a comma is missing", "join comparisons with commas: \">=1.2, <2\"");
        }
        return new Malformed(
                "this is no version",
                "write \"3.24\", \">=1.2, <2\" (operators >= <= > < = !=), or \"*\" for any version");
    }
}
