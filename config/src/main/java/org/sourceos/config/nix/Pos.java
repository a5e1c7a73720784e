package org.sourceos.config.nix;

/** A place in a text, by byte offset. */
record Pos(Source source, int offset) {
    @Override
    public String toString() {
        return source.name + ":" + source.line(offset) + ":" + source.column(offset);
    }
}
