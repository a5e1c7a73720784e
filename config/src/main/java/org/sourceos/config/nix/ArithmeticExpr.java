package org.sourceos.config.nix;

/**
 * {@code a - b}, {@code a * b}, {@code a / b} and {@code a < b}: calls of {@code __sub}, {@code __mul}, {@code __div} and
 * {@code __lessThan}, also when the user has defined those names.
 */
final class ArithmeticExpr extends Expr {
    enum Operator {
        SUB("__sub"),
        MUL("__mul"),
        DIV("__div"),
        LESS("__lessThan");

        private final String builtin;

        Operator(String builtin) {
            this.builtin = builtin;
        }
    }

    private final Operator operator;
    private final Symbol builtin;
    private Expr left;
    private Expr right;

    ArithmeticExpr(Source source, int offset, Symbols symbols, Operator operator, Expr left, Expr right) {
        super(source, offset);
        this.operator = operator;
        this.builtin = symbols.of(operator.builtin);
        this.left = left;
        this.right = right;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        NixValue a = left.eval(in, env);
        NixValue b = right.eval(in, env);
        try {
            return switch (operator) {
                case SUB -> Arithmetic.sub(in, a, b);
                case MUL -> Arithmetic.mul(in, a, b);
                case DIV -> Arithmetic.div(in, a, b);
                case LESS -> NixBool.of(Ordering.less(in, a, b));
            };
        } catch (EvalError e) {
            throw e.at(this);
        }
    }

    @Override
    Expr bind(Scope scope) {
        if (!scope.isGlobal(builtin)) {
            return new CallExpr(source, offset, new VarExpr(source, offset, builtin), left, right).bind(scope);
        }
        left = left.bind(scope);
        right = right.bind(scope);
        return this;
    }

    @Override
    void show(Shower out) {
        out.text("(" + builtin + " ").expr(left).text(" ").expr(right).text(")");
    }
}
