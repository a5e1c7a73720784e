package org.sourceos.config.nix;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sourceos.config.diagnostic.Position;

/** A text that is evaluated: where offsets become lines and columns. */
final class Source {
    /** As the user knows it, and as {@code __curPos.file} says it. */
    final String name;
    /** Absolute; what relative paths in the text start from. */
    final String baseDirectory;
    /** One byte per char. */
    final String text;
    /** Whether it is a real file: only those have positions the language can ask for. */
    final boolean isFile;
    /** Whether its author is the user; errors point into such texts where they can. */
    final boolean isUsers;

    private int @Nullable [] lineStarts;

    Source(String name, String baseDirectory, String text, boolean isFile, boolean isUsers) {
        this.name = name;
        this.baseDirectory = baseDirectory;
        this.text = text;
        this.isFile = isFile;
        this.isUsers = isUsers;
    }

    private int[] lineStarts() {
        int[] starts = lineStarts;
        if (starts == null) {
            starts = new int[16];
            int count = 1;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\n' || (c == '\r' && !(i + 1 < text.length() && text.charAt(i + 1) == '\n'))) {
                    if (count == starts.length) {
                        starts = Arrays.copyOf(starts, count * 2);
                    }
                    starts[count++] = i + 1;
                }
            }
            starts = Arrays.copyOf(starts, count);
            lineStarts = starts;
        }
        return starts;
    }

    /** From 1. */
    int line(int offset) {
        int index = Arrays.binarySearch(lineStarts(), offset);
        return index >= 0 ? index + 1 : -index - 1;
    }

    /** How many lines there are; a text that ends with a newline has one more, which is empty. */
    int lineCount() {
        return lineStarts().length;
    }

    /** From 1, in bytes, as Nix counts. */
    int column(int offset) {
        return offset - lineStarts()[line(offset) - 1] + 1;
    }

    Position position(int offset) {
        int line = line(offset);
        String before = text.substring(lineStarts()[line - 1], Math.min(offset, text.length()));
        int column = Bytes.toUnicode(before)
                        .codePointCount(0, Bytes.toUnicode(before).length())
                + 1;
        return new Position(Bytes.toUnicode(name), line, column);
    }

    /** The line's text in Unicode, without its end. */
    String lineText(int line) {
        int start = lineStarts()[line - 1];
        int end = line < lineStarts().length ? lineStarts()[line] : text.length();
        while (end > start && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return Bytes.toUnicode(text.substring(start, end));
    }
}
