package org.sourceos.config.nix.format;

import java.util.List;

/** {@code a."b".${c}}, the names and the dots between them. */
final class Names extends Group {
    private final List<Node> parts;

    Names(List<Node> parts) {
        super(row(parts));
        this.parts = parts;
    }

    private static Row row(List<Node> parts) {
        Row row = Row.of(parts.get(0));
        parts.subList(1, parts.size()).forEach(row::glue);
        return row;
    }

    @Override
    void open(Page page, int indent, int tail) {
        for (int i = 0; i < parts.size(); i++) {
            if (i > 0) {
                page.glue(indent + STEP);
            }
            parts.get(i).write(page, indent, 0);
        }
    }
}
