package org.sourceos.config.nix.format;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code inherit (a) b c;}. */
final class Inherit extends Group {
    private final Leaf keyword;
    private final @Nullable Paren from;
    private final List<Node> names;
    private final Leaf semicolon;

    Inherit(Leaf keyword, @Nullable Paren from, List<Node> names, Leaf semicolon) {
        super(row(keyword, from, names, semicolon));
        this.keyword = keyword;
        this.from = from;
        this.names = names;
        this.semicolon = semicolon;
    }

    private static Row row(Leaf keyword, @Nullable Paren from, List<Node> names, Leaf semicolon) {
        Row row = Row.of(keyword);
        if (from != null) {
            row.space(from);
        }
        names.forEach(row::space);
        return row.glue(semicolon).never(keyword.line != semicolon.line);
    }

    @Override
    void open(Page page, int indent, int tail) {
        page.leaf(keyword);
        if (from != null) {
            place(page, keyword, from, indent, 0);
        }
        for (Node name : names) {
            page.nextLine(indent + STEP);
            name.write(page, indent + STEP, 0);
        }
        page.closing(indent + STEP, indent + STEP, false);
        page.leaf(semicolon);
    }
}
