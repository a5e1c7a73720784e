package org.sourceos.config.nix;

/** The call a builtin left for later: the function and its arguments are the environment. */
final class ApplyExpr extends Expr {
    static final ApplyExpr ONE = new ApplyExpr(false);
    static final ApplyExpr TWO = new ApplyExpr(true);

    private final boolean two;

    private ApplyExpr(boolean two) {
        super(Builtin.NOWHERE, 0);
        this.two = two;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        NixValue[] values = env.values;
        NixValue function = values[0].force(in);
        return two ? in.call(function, values[1], values[2], this) : in.call(function, values[1], this);
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
