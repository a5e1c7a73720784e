package org.sourceos.config.nix.format;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code { a = 1; }}, with {@code rec} or the old {@code let} before it or not. */
final class SetNode extends Group {
    private final @Nullable Leaf keyword;
    private final Leaf brace;
    private final List<Node> bindings;
    private final Leaf close;

    SetNode(@Nullable Leaf keyword, Leaf brace, List<Node> bindings, Leaf close) {
        super(row(keyword, brace, bindings, close));
        this.keyword = keyword;
        this.brace = brace;
        this.bindings = bindings;
        this.close = close;
    }

    private static Row row(@Nullable Leaf keyword, Leaf brace, List<Node> bindings, Leaf close) {
        Row row = keyword == null ? Row.of(brace) : Row.of(keyword).space(brace);
        bindings.forEach(row::space);
        // What its author opened stays open.
        return row.space(close).never(!bindings.isEmpty() && brace.line != close.line);
    }

    @Override
    boolean isBlock() {
        return !bindings.isEmpty() || flat() == NEVER;
    }

    @Override
    boolean opensBlock() {
        return isBlock();
    }

    @Override
    int hugWidth(int indent, int tail) {
        return !isBlock() ? NEVER : (keyword == null ? 0 : keyword.flat() + 1) + brace.flat();
    }

    @Override
    void open(Page page, int indent, int tail) {
        if (!isBlock()) {
            writeFlat(page);
            return;
        }
        if (keyword != null) {
            page.leaf(keyword);
            page.space(indent);
        }
        page.leaf(brace);
        writeLines(page, bindings, indent + STEP);
        page.closing(indent + STEP, indent, bindings.isEmpty());
        page.leaf(close);
    }

    /** Each on a line of its own. */
    static void writeLines(Page page, List<Node> nodes, int indent) {
        for (int i = 0; i < nodes.size(); i++) {
            if (i == 0) {
                page.line(indent);
            } else {
                page.nextLine(indent);
            }
            nodes.get(i).write(page, indent, 0);
        }
    }
}
