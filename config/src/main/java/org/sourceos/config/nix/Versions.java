package org.sourceos.config.nix;

import java.util.ArrayList;
import java.util.List;

/** Version numbers as Nix orders them: parts of digits or of other letters, {@code pre} before everything. */
final class Versions {
    private Versions() {}

    static List<String> split(String version) {
        List<String> parts = new ArrayList<>();
        int at = 0;
        while (true) {
            while (at < version.length() && isSeparator(version.charAt(at))) {
                at++;
            }
            if (at == version.length()) {
                return parts;
            }
            int end = partEnd(version, at);
            parts.add(version.substring(at, end));
            at = end;
        }
    }

    private static boolean isSeparator(char c) {
        return c == '.' || c == '-';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int partEnd(String version, int from) {
        boolean digits = isDigit(version.charAt(from));
        int end = from;
        while (end < version.length() && isDigit(version.charAt(end)) == digits && !isSeparator(version.charAt(end))) {
            end++;
        }
        return end;
    }

    static int compare(String a, String b) {
        List<String> left = split(a);
        List<String> right = split(b);
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            String x = i < left.size() ? left.get(i) : "";
            String y = i < right.size() ? right.get(i) : "";
            if (less(x, y)) {
                return -1;
            }
            if (less(y, x)) {
                return 1;
            }
        }
        return 0;
    }

    private static boolean less(String a, String b) {
        boolean numberA = isNumber(a);
        boolean numberB = isNumber(b);
        if (numberA && numberB) {
            return Long.parseLong(a) < Long.parseLong(b);
        }
        if (a.isEmpty() && numberB) {
            return true;
        }
        if (a.equals("pre") && !b.equals("pre")) {
            return true;
        }
        if (b.equals("pre")) {
            return false;
        }
        if (numberB) {
            return true;
        }
        return !numberA && a.compareTo(b) < 0;
    }

    /** Whether it is digits that fit Nix's 32-bit version numbers; longer ones are compared as text. */
    private static boolean isNumber(String part) {
        if (part.isEmpty() || part.length() > 18) {
            return false;
        }
        for (int i = 0; i < part.length(); i++) {
            if (!isDigit(part.charAt(i))) {
                return false;
            }
        }
        return Long.parseLong(part) <= Integer.MAX_VALUE;
    }

    /** Where {@code name-1.2} is cut: at the first dash that no letter follows; the length when there is none. */
    static int dashBeforeVersion(String name) {
        for (int i = 0; i + 1 < name.length(); i++) {
            char next = name.charAt(i + 1);
            boolean letter = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
            if (name.charAt(i) == '-' && !letter) {
                return i;
            }
        }
        return name.length();
    }
}
