package org.sourceos.config.nix;

/** A variable not bound yet. */
final class VarExpr extends Expr {
    final Symbol name;

    VarExpr(Source source, int offset, Symbol name) {
        super(source, offset);
        this.name = name;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        throw new IllegalStateException("not bound: " + name);
    }

    @Override
    Expr bind(Scope scope) {
        return scope.resolve(this);
    }

    @Override
    void show(Shower out) {
        out.name(name.name);
    }
}
