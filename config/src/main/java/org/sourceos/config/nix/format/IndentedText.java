package org.sourceos.config.nix.format;

import java.util.ArrayList;
import java.util.List;

/**
 * Strings between {@code ''} whose first line is empty. The language takes away the spaces that all their lines begin with, so
 * such a string can be moved as a whole without becoming another one.
 */
final class IndentedText {
    private IndentedText() {}

    /**
     * The string, quotes and all, for a line that is indented so far: its lines one step further in, its closing quotes, where
     * they are on a line of their own, not. One that begins a line with a tab stays as it is.
     */
    static String at(String string, int indent) {
        String[] lines = string.split("\n", -1);
        int common = common(lines);
        if (common < 0) {
            return string;
        }
        int target = indent + Node.STEP;
        List<String> moved = new ArrayList<>(lines.length);
        moved.add("''");
        for (int i = 1; i < lines.length; i++) {
            String line = lines[i];
            int spaces = Widths.leadingSpaces(line);
            if (i == lines.length - 1 && spaces == line.length() - 2) {
                moved.add(" ".repeat(indent) + "''");
            } else if (spaces == line.length()) {
                moved.add(spaces > common ? " ".repeat(target + spaces - common) : "");
            } else {
                moved.add(Widths.shifted(line, target - common));
            }
        }
        return String.join("\n", moved);
    }

    /** What stays the same wherever the string is moved. */
    static String content(String string) {
        return at(string, 0);
    }

    /** The spaces that all lines begin with which have more than spaces; negative when one begins with a tab. */
    private static int common(String[] lines) {
        int common = Integer.MAX_VALUE;
        for (int i = 1; i < lines.length; i++) {
            String line = lines[i];
            int spaces = Widths.leadingSpaces(line);
            boolean closes = i == lines.length - 1 && spaces == line.length() - 2;
            if (spaces == line.length() || closes) {
                continue;
            }
            if (line.charAt(spaces) == '\t') {
                return -1;
            }
            common = Math.min(common, spaces);
        }
        return common;
    }
}
