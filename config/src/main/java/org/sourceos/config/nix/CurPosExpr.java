package org.sourceos.config.nix;

/** {@code __curPos}. */
final class CurPosExpr extends Expr {
    CurPosExpr(Source source, int offset) {
        super(source, offset);
    }

    @Override
    NixValue eval(Interp in, Env env) {
        return in.positionValue(pos());
    }

    @Override
    Expr bind(Scope scope) {
        return this;
    }

    @Override
    void show(Shower out) {
        out.text("__curPos");
    }
}
