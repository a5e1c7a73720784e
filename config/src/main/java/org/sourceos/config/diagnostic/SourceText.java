package org.sourceos.config.diagnostic;

import java.util.List;
import java.util.Optional;

/** A text with its name, to point into. Lines end with LF or CR LF; lines and columns count from 1. */
public final class SourceText {
    private final String file;
    private final List<String> lines;

    public SourceText(String file, String text) {
        this.file = file;
        this.lines = text.lines().toList();
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
