package org.sourceos.config.nix.format;

/** {@code a.b = c;}. */
final class Binding extends Group {
    private final Names path;
    private final Leaf equals;
    private final Node value;
    private final Leaf semicolon;

    Binding(Names path, Leaf equals, Node value, Leaf semicolon) {
        super(Row.of(path).space(equals).space(value).glue(semicolon));
        this.path = path;
        this.equals = equals;
        this.value = value;
        this.semicolon = semicolon;
    }

    @Override
    void open(Page page, int indent, int tail) {
        path.write(page, indent, 2);
        page.space(indent + STEP);
        page.leaf(equals);
        place(page, equals, value, indent, 1);
        page.glue(indent + STEP);
        page.leaf(semicolon);
    }
}
