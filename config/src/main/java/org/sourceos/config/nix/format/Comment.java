package org.sourceos.config.nix.format;

import java.util.stream.Collectors;

/**
 * A comment and how it stands.
 *
 * @param text its own bytes, one per char, without spaces at line ends; lines end in {@code \n}
 * @param blankBefore whether an empty line comes before it
 * @param breakAfter whether it ends its line
 * @param column where it begins in the text that was read, from 0
 */
record Comment(String text, boolean blankBefore, boolean breakAfter, int column) {

    static Comment of(String token, boolean blankBefore, boolean breakAfter, int column) {
        StringBuilder text = new StringBuilder(token.length());
        for (String line : token.replace("\r\n", "\n").replace('\r', '\n').split("\n", -1)) {
            text.append(text.isEmpty() ? "" : "\n").append(line.stripTrailing());
        }
        return new Comment(text.toString(), blankBefore, breakAfter, column);
    }

    Comment onItsOwnLine() {
        return new Comment(text, blankBefore, true, column);
    }

    boolean isMultiline() {
        return text.indexOf('\n') >= 0;
    }

    /** The text without the spaces its lines begin with. */
    String words() {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    /** The text when it begins at another column: its other lines move along, and none stays left of its beginning. */
    String textAt(int newColumn) {
        if (!isMultiline()) {
            return text;
        }
        String[] lines = text.split("\n", -1);
        int least = column;
        for (int i = 1; i < lines.length; i++) {
            int spaces = Widths.leadingSpaces(lines[i]);
            if (spaces < lines[i].length()) {
                if (lines[i].charAt(spaces) == '\t') {
                    return text;
                }
                least = Math.min(least, spaces);
            }
        }
        StringBuilder moved = new StringBuilder(lines[0]);
        for (int i = 1; i < lines.length; i++) {
            moved.append('\n').append(lines[i].isEmpty() ? "" : Widths.shifted(lines[i], newColumn - least));
        }
        return moved.toString();
    }
}
