package org.sourceos.config.nix;

/** Marks a {@link Thunk} that is a call a builtin left for later; stands for the call's place, which is in no text. */
final class ApplyExpr extends Expr {
    static final ApplyExpr ONE = new ApplyExpr();
    static final ApplyExpr TWO = new ApplyExpr();

    private ApplyExpr() {
        super(Builtin.NOWHERE, 0);
    }

    @Override
    NixValue eval(Interp in, Env env) {
        throw new IllegalStateException("a thunk makes this call itself");
    }

    @Override
    Expr bind(Scope scope) {
        return this;
    }

    @Override
    void show(Shower out) {
        out.text("<CALL>");
    }
}
