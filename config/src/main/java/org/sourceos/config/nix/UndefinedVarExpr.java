package org.sourceos.config.nix;

/** A variable that means nothing, in a text whose other mistakes are wanted too. */
final class UndefinedVarExpr extends Expr {
    private final Symbol name;
    private final EvalError error;

    UndefinedVarExpr(VarExpr variable, EvalError error) {
        super(variable.source, variable.offset);
        this.name = variable.name;
        this.error = error;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        throw new EvalError(EvalError.Kind.UNDEFINED, error.text()).at(this).suggest(error.suggestion());
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
