package org.sourceos.config.nix.format;

/** {@code a ? 1}: an argument in a function's pattern with what it is when it is not given. */
final class Default extends Group {
    private final Leaf name;
    private final Leaf question;
    private final Node value;

    Default(Leaf name, Leaf question, Node value) {
        super(Row.of(name).space(question).space(value));
        this.name = name;
        this.question = question;
        this.value = value;
    }

    @Override
    void open(Page page, int indent, int tail) {
        page.leaf(name);
        page.space(indent + STEP);
        page.leaf(question);
        place(page, question, value, indent, tail);
    }
}
