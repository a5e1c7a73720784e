package org.sourceos.config.diagnostic;

/** A place in a text: its name as the user knows it, line and column from 1, columns in code points. */
public record Position(String file, int line, int column) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
