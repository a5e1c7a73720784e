package org.sourceos.config.nix.format;

import org.sourceos.config.nix.syntax.TokenKind;

/** {@code with a; b} and {@code assert a; b}. */
final class Preamble extends Group {
    private final Leaf keyword;
    private final Node condition;
    private final Leaf semicolon;
    private final Node body;

    Preamble(Leaf keyword, Node condition, Leaf semicolon, Node body) {
        super(Row.of(keyword).space(condition).glue(semicolon).space(body).never(keyword.kind == TokenKind.ASSERT));
        this.keyword = keyword;
        this.condition = condition;
        this.semicolon = semicolon;
        this.body = body;
    }

    @Override
    int hugWidth(int indent, int tail) {
        boolean hugs = keyword.kind == TokenKind.WITH
                && body.isBlock()
                && joined(keyword, condition)
                && joined(condition, semicolon)
                && joined(semicolon, body);
        int head = keyword.flat() + condition.flat() + semicolon.flat() + 2;
        return hugs ? Math.min(NEVER, head + body.hugWidth(indent, tail)) : NEVER;
    }

    @Override
    boolean opensBlock() {
        return keyword.kind == TokenKind.WITH && body.isBlock();
    }

    @Override
    boolean hugsInParens() {
        return true;
    }

    @Override
    void hug(Page page, int indent, int tail) {
        page.leaf(keyword);
        page.space(indent);
        condition.writeFlat(page);
        page.glue(indent);
        page.leaf(semicolon);
        page.space(indent);
        body.hug(page, indent, tail);
    }

    @Override
    void open(Page page, int indent, int tail) {
        page.leaf(keyword);
        place(page, keyword, condition, indent, 1);
        page.glue(indent + STEP);
        page.leaf(semicolon);
        page.nextLine(indent);
        body.write(page, indent, tail);
    }
}
