package org.sourceos.config.nix.format;

/** {@code !a} and {@code -a}. */
final class Unary extends Group {
    private final Leaf operator;
    private final Node operand;

    Unary(Leaf operator, Node operand) {
        super(Row.of(operator).glue(operand));
        this.operator = operator;
        this.operand = operand;
    }

    @Override
    int hugWidth(int indent, int tail) {
        boolean hugs = !(operand instanceof Chain) && joined(operator, operand);
        return hugs ? Math.min(NEVER, operator.flat() + operand.hugWidth(indent, tail)) : NEVER;
    }

    @Override
    boolean opensBlock() {
        return operand.opensBlock();
    }

    @Override
    void open(Page page, int indent, int tail) {
        page.leaf(operator);
        page.glue(indent + STEP);
        operand.write(page, indent, tail);
    }
}
