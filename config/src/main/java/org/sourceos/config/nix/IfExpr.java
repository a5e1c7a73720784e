package org.sourceos.config.nix;

/** {@code if a then b else c}. */
final class IfExpr extends Expr {
    private Expr condition;
    private Expr yes;
    private Expr no;

    IfExpr(Source source, int offset, Expr condition, Expr yes, Expr no) {
        super(source, offset);
        this.condition = condition;
        this.yes = yes;
        this.no = no;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        return condition.evalBool(in, env) ? yes.eval(in, env) : no.eval(in, env);
    }

    @Override
    Expr bind(Scope scope) {
        condition = condition.bind(scope);
        yes = yes.bind(scope);
        no = no.bind(scope);
        return this;
    }

    @Override
    void show(Shower out) {
        out.text("(if ")
                .expr(condition)
                .text(" then ")
                .expr(yes)
                .text(" else ")
                .expr(no)
                .text(")");
    }
}
