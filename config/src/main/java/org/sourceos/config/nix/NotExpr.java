package org.sourceos.config.nix;

/** {@code !a}. */
final class NotExpr extends Expr {
    private Expr operand;

    NotExpr(Source source, int offset, Expr operand) {
        super(source, offset);
        this.operand = operand;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        return NixBool.of(evalBool(in, env));
    }

    @Override
    boolean evalBool(Interp in, Env env) {
        return !operand.evalBool(in, env);
    }

    @Override
    Expr bind(Scope scope) {
        operand = operand.bind(scope);
        return this;
    }

    @Override
    void show(Shower out) {
        out.text("(! ").expr(operand).text(")");
    }
}
