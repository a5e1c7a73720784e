package org.sourceos.config.nix.format;

/** <code>${a}</code> as an attribute's name; those in strings are parts of their leaf. */
final class Interpolated extends Group {
    private final Leaf brace;
    private final Node inner;
    private final Leaf close;

    Interpolated(Leaf brace, Node inner, Leaf close) {
        super(Row.of(brace).glue(inner).glue(close));
        this.brace = brace;
        this.inner = inner;
        this.close = close;
    }

    @Override
    void open(Page page, int indent, int tail) {
        page.leaf(brace);
        page.line(indent + STEP);
        inner.write(page, indent + STEP, 0);
        page.closing(indent + STEP, indent, false);
        page.leaf(close);
    }
}
