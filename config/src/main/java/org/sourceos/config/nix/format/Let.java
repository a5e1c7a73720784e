package org.sourceos.config.nix.format;

import java.util.List;

/** {@code let a = 1; in b}: never on one line. */
final class Let extends Group {
    private final Leaf keyword;
    private final List<Node> bindings;
    private final Leaf in;
    private final Node body;

    Let(Leaf keyword, List<Node> bindings, Leaf in, Node body) {
        super(Row.of(keyword).space(in).space(body).never(true));
        this.keyword = keyword;
        this.bindings = bindings;
        this.in = in;
        this.body = body;
    }

    @Override
    void open(Page page, int indent, int tail) {
        page.leaf(keyword);
        SetNode.writeLines(page, bindings, indent + STEP);
        page.closing(indent + STEP, indent, bindings.isEmpty());
        page.leaf(in);
        page.nextLine(indent);
        body.write(page, indent, tail);
    }
}
