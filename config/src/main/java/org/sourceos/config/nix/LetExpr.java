package org.sourceos.config.nix;

/** {@code let a = b; in c}. */
final class LetExpr extends Expr {
    private final AttrsExpr bindings;
    private Expr body;

    LetExpr(Source source, int offset, AttrsExpr bindings, Expr body) {
        super(source, offset);
        this.bindings = bindings;
        this.body = body;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        return body.eval(in, bindings.environment(in, env));
    }

    @Override
    Expr bind(Scope scope) {
        body = body.bind(bindings.bindWithin(scope));
        return this;
    }

    @Override
    void show(Shower out) {
        out.text("(let ");
        bindings.showBindings(out);
        out.text("in ").expr(body).text(")");
    }
}
