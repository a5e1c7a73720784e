package org.sourceos.config.nix.format;

/** {@code (a)}. */
final class Paren extends Group {
    private final Leaf paren;
    private final Node inner;
    private final Leaf close;

    Paren(Leaf paren, Node inner, Leaf close) {
        super(Row.of(paren).glue(inner).glue(close));
        this.paren = paren;
        this.inner = inner;
        this.close = close;
    }

    @Override
    int hugWidth(int indent, int tail) {
        return paren.flat();
    }

    @Override
    boolean opensBlock() {
        return inner.hugsInParens() && inner.opensBlock();
    }

    @Override
    void open(Page page, int indent, int tail) {
        open(page, indent, tail, inner.hugsInParens() || inner instanceof Apply);
    }

    /** As the argument of a call: a call in it begins on a line of its own. */
    void openAsArgument(Page page, int indent, int tail) {
        open(page, indent, tail, inner.hugsInParens());
    }

    private void open(Page page, int indent, int tail, boolean mayHug) {
        page.leaf(paren);
        if (mayHug && joined(paren, inner) && joined(inner, close)) {
            page.glue(indent);
            int column = page.columnOf(inner.first());
            if (column + inner.hugWidth(indent, tail + 1) <= WIDTH) {
                inner.hug(page, indent, tail + 1);
                page.glue(indent);
                page.leaf(close);
                return;
            }
            if (inner instanceof Apply call && call.mayHang(indent)) {
                call.hang(page, indent, 0);
                page.line(indent);
                page.leaf(close);
                return;
            }
        }
        page.line(indent + STEP);
        inner.write(page, indent + STEP, 0);
        page.closing(indent + STEP, indent, false);
        page.leaf(close);
    }
}
