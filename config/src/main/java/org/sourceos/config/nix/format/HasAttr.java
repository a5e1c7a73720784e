package org.sourceos.config.nix.format;

/** {@code a ? b.c}. */
final class HasAttr extends Group {
    private final Node subject;
    private final Leaf question;
    private final Names path;

    HasAttr(Node subject, Leaf question, Names path) {
        super(Row.of(subject).space(question).space(path));
        this.subject = subject;
        this.question = question;
        this.path = path;
    }

    @Override
    int hugWidth(int indent, int tail) {
        return subject instanceof Chain ? NEVER : subject.hugWidth(indent, rest() + tail);
    }

    private int rest() {
        return Math.min(NEVER, 2 + question.flat() + path.flat());
    }

    @Override
    void open(Page page, int indent, int tail) {
        subject.write(page, indent, Math.min(NEVER, rest() + tail));
        page.space(indent + STEP);
        page.leaf(question);
        page.space(indent + STEP);
        path.write(page, indent + STEP, tail);
    }
}
