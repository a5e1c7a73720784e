package org.sourceos.config.nix.format;

import java.util.List;
import org.sourceos.config.nix.syntax.TokenKind;

/** {@code a ++ b ++ c}: operators of one precedence and what is between them. Over several lines, operators begin lines. */
final class Chain extends Group {
    private final List<Node> operands;
    private final List<Leaf> operators;

    Chain(List<Node> operands, List<Leaf> operators) {
        super(row(operands, operators));
        this.operands = operands;
        this.operators = operators;
    }

    private static Row row(List<Node> operands, List<Leaf> operators) {
        Row row = Row.of(operands.get(0));
        for (int i = 0; i < operators.size(); i++) {
            row.space(operators.get(i)).space(operands.get(i + 1));
        }
        return row;
    }

    private boolean composes() {
        TokenKind kind = operators.get(0).kind;
        return kind == TokenKind.UPDATE || kind == TokenKind.CONCAT || kind == TokenKind.PLUS;
    }

    /** Whether it is {@code short // { … }}: one line up to what must open at its end. */
    private boolean isCompact(int indent, int tail) {
        Node left = operands.get(0);
        Node right = operands.get(1);
        int behindOperator = indent + STEP + operators.get(0).flat() + 1;
        return operators.size() == 1
                && composes()
                && left.flat() < NEVER
                && joined(left, operators.get(0))
                && joined(operators.get(0), right)
                && !(right instanceof Chain)
                && right.opensBlock()
                && !right.fitsAt(behindOperator, tail)
                && !opensFirst(indent);
    }

    /** Whether it begins with a block that opens anyway; its operators then follow at the block's end. */
    private boolean opensFirst(int indent) {
        Node left = operands.get(0);
        return composes() && left.isBlock() && !left.fitsAt(indent + STEP, 0);
    }

    @Override
    int hugWidth(int indent, int tail) {
        if (opensFirst(indent)) {
            return operands.get(0).hugWidth(indent, 0);
        }
        if (!isCompact(indent, tail)) {
            return NEVER;
        }
        int head = operands.get(0).flat() + operators.get(0).flat() + 2;
        return Math.min(NEVER, head + operands.get(1).hugWidth(indent, tail));
    }

    @Override
    void hug(Page page, int indent, int tail) {
        if (opensFirst(indent)) {
            open(page, indent, tail);
            return;
        }
        operands.get(0).writeFlat(page);
        page.space(indent);
        page.leaf(operators.get(0));
        page.space(indent);
        operands.get(1).hug(page, indent, tail);
    }

    @Override
    void open(Page page, int indent, int tail) {
        operands.get(0).write(page, indent, 0);
        for (int i = 0; i < operators.size(); i++) {
            Leaf operator = operators.get(i);
            Node operand = operands.get(i + 1);
            int behind = i == operators.size() - 1 ? tail : 0;
            page.nextLine(indent);
            page.leaf(operator);
            if (operand instanceof Chain chain) {
                chain.placeInChain(page, operator, indent, behind);
            } else {
                place(page, operator, operand, indent, behind);
            }
        }
    }

    /** As an operand: what binds more tightly is further in, unless it fits on the line. */
    private void placeInChain(Page page, Leaf operator, int indent, int tail) {
        page.space(indent + STEP);
        boolean fits = joined(operator, this) && fitsAt(page.columnOf(first()), tail);
        if (!fits) {
            page.line(indent + STEP);
        }
        write(page, indent + STEP, tail);
    }
}
