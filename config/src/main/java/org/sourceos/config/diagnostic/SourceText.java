package org.sourceos.config.diagnostic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A text with its name, to point into. Lines end with LF or CR LF; lines and columns count from 1. */
public final class SourceText {
    private final String file;
    private final List<String> lines;

    public SourceText(String file, String text) {
        this.file = file;
        this.lines = lines(text);
    }

    /** Unlike {@link String#lines}, a CR alone ends none: TOML's parser and people's editors do not count it either. */
    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
        if (lines.get(lines.size() - 1).isEmpty()) {
            lines.remove(lines.size() - 1);
        }
        lines.replaceAll(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        return List.copyOf(lines);
    }

    public String file() {
        return file;
    }

    /** How many lines there are; the place after the last one may be pointed at too. */
    public int lineCount() {
        return lines.size();
    }

    /** A line as written, without its end; empty beyond the last one. */
    public String line(int number) {
        return number >= 1 && number <= lines.size() ? lines.get(number - 1) : "";
    }

    public Position position(int line, int column) {
        return new Position(file, line, column);
    }

    /** What is written from {@code position} to the end of its line. */
    public String restOfLine(Position position) {
        String line = line(position.line());
        int before = Math.min(position.column() - 1, line.codePointCount(0, line.length()));
        return line.substring(line.offsetByCodePoints(0, before));
    }

    public Diagnostic diagnostic(Position position, String message, Optional<String> suggestion) {
        return new Diagnostic(position, message, line(position.line()), suggestion);
    }
}
