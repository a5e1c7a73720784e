package org.sourceos.config.nix.format;

import java.util.ArrayList;
import java.util.List;

/** {@code a: b} and {@code { a }: b}. */
final class Lambda extends Group {
    private final Node parameter;
    private final Leaf colon;
    private final Node body;

    Lambda(Node parameter, Leaf colon, Node body) {
        super(row(parameter, colon, body));
        this.parameter = parameter;
        this.colon = colon;
        this.body = body;
    }

    private static Row row(Node parameter, Leaf colon, Node body) {
        boolean bodyBelow = parameter instanceof Pattern && body.first().line != colon.line;
        return Row.of(parameter).glue(colon).space(body).never(bodyBelow);
    }

    /** Whether its argument is a plain name, and the body may follow on its line. */
    private boolean isPlain() {
        return parameter instanceof Leaf && joined(parameter, colon) && joined(colon, body);
    }

    private int headWidth() {
        return Math.min(NEVER, parameter.flat() + colon.flat());
    }

    private boolean bodyHugs() {
        return isPlain() && (body.isBlock() || body instanceof Preamble);
    }

    @Override
    int hugWidth(int indent, int tail) {
        int width = 0;
        Lambda lambda = this;
        while (lambda.isPlain()) {
            width = Math.min(NEVER, width + lambda.headWidth() + 1);
            if (!(lambda.body instanceof Lambda inner)) {
                return lambda.bodyHugs() ? Math.min(NEVER, width + lambda.body.hugWidth(indent, tail)) : NEVER;
            }
            lambda = inner;
        }
        return NEVER;
    }

    @Override
    boolean opensBlock() {
        Lambda lambda = this;
        while (lambda.isPlain() && lambda.body instanceof Lambda inner) {
            lambda = inner;
        }
        return lambda.bodyHugs() && lambda.body.opensBlock();
    }

    @Override
    boolean hugsInParens() {
        return true;
    }

    @Override
    void open(Page page, int indent, int tail) {
        List<Lambda> heads = heads();
        Lambda last = heads.get(heads.size() - 1);
        int width = heads.size() - 1;
        for (Lambda head : heads) {
            width = Math.min(NEVER, width + head.headWidth());
        }
        boolean oneLine = page.columnOf(first()) + width <= WIDTH;
        for (Lambda head : heads) {
            if (head != this && oneLine) {
                page.space(indent);
            } else if (head != this) {
                page.line(indent);
            }
            head.parameter.write(page, indent, 1);
            page.glue(indent);
            page.leaf(head.colon);
        }
        last.writeBody(page, indent, tail);
    }

    /** The functions that share a line: this one, and while the argument is a plain name, the one that is its body. */
    private List<Lambda> heads() {
        List<Lambda> heads = new ArrayList<>();
        Lambda lambda = this;
        heads.add(lambda);
        while (lambda.isPlain() && lambda.body instanceof Lambda inner && inner.parameter instanceof Leaf) {
            lambda = inner;
            heads.add(lambda);
        }
        return heads;
    }

    private void writeBody(Page page, int indent, int tail) {
        if (bodyHugs()) {
            page.space(indent);
            if (page.columnOf(body.first()) + body.hugWidth(indent, tail) <= WIDTH) {
                body.hug(page, indent, tail);
                return;
            }
        }
        page.nextLine(indent);
        body.write(page, indent, tail);
    }
}
