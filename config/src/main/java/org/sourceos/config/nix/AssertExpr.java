package org.sourceos.config.nix;

/** {@code assert a; b}. */
final class AssertExpr extends Expr {
    private final Expr written;
    private Expr condition;
    private Expr body;

    AssertExpr(Source source, int offset, Expr condition, Expr body) {
        super(source, offset);
        this.written = condition;
        this.condition = condition;
        this.body = body;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        if (!condition.evalBool(in, env)) {
            if (condition instanceof BinaryExpr.Equal equal) {
                equal.explainAssertion(in, env);
            }
            throw new EvalError(EvalError.Kind.ASSERTION, "assertion '" + new Shower().expr(written) + "' failed")
                    .at(this);
        }
        return body.eval(in, env);
    }

    @Override
    Expr bind(Scope scope) {
        condition = condition.bind(scope);
        body = body.bind(scope);
        return this;
    }

    @Override
    void show(Shower out) {
        out.text("assert ").expr(written).text("; ").expr(body);
    }
}
