package org.sourceos.config.nix;

/** A variable that means a builtin. */
final class GlobalVarExpr extends Expr {
    private final Symbol name;
    private final NixValue value;

    GlobalVarExpr(VarExpr variable, NixValue value) {
        super(variable.source, variable.offset);
        this.name = variable.name;
        this.value = value;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        return value.force(in);
    }

    @Override
    NixValue delay(Interp in, Env env) {
        return value;
    }

    @Override
    Expr bind(Scope scope) {
        return this;
    }

    @Override
    void show(Shower out) {
        out.name(name.name);
    }
}
