package org.sourceos.config.nix.format;

/** {@code if a then b else c}. On one line only where its author had it so. */
final class If extends Group {
    private final Leaf keyword;
    private final Node condition;
    private final Leaf then;
    private final Node yes;
    private final Leaf otherwise;
    private final Node no;

    If(Leaf keyword, Node condition, Leaf then, Node yes, Leaf otherwise, Node no) {
        super(Row.of(keyword)
                .space(condition)
                .space(then)
                .space(yes)
                .space(otherwise)
                .space(no)
                .never(condition.last().line != no.first().line || no instanceof If));
        this.keyword = keyword;
        this.condition = condition;
        this.then = then;
        this.yes = yes;
        this.otherwise = otherwise;
        this.no = no;
    }

    @Override
    void open(Page page, int indent, int tail) {
        If part = this;
        while (true) {
            part.writeCondition(page, indent);
            page.line(indent + STEP);
            part.yes.write(page, indent + STEP, 0);
            page.closing(indent, indent, false);
            page.leaf(part.otherwise);
            if (!(part.no instanceof If next && joined(part.otherwise, next))) {
                page.line(indent + STEP);
                part.no.write(page, indent + STEP, tail);
                return;
            }
            page.space(indent);
            part = next;
        }
    }

    private void writeCondition(Page page, int indent) {
        page.leaf(keyword);
        page.space(indent);
        boolean oneLine = joined(keyword, condition)
                && joined(condition, then)
                && condition.fitsAt(page.columnOf(condition.first()), 1 + then.flat());
        if (oneLine) {
            condition.writeFlat(page);
            page.space(indent);
        } else {
            page.line(indent + STEP);
            condition.write(page, indent + STEP, 0);
            page.closing(indent, indent, false);
        }
        page.leaf(then);
    }
}
