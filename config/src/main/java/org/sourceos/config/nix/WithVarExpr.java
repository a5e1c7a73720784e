package org.sourceos.config.nix;

/** A variable that only a {@code with} around it can give. */
final class WithVarExpr extends Expr {
    private final Symbol name;
    /** How many scopes up each {@code with} is, innermost first. */
    private final int[] levels;

    private final Scope scope;

    WithVarExpr(VarExpr variable, int[] levels, Scope scope) {
        super(variable.source, variable.offset);
        this.name = variable.name;
        this.levels = levels;
        this.scope = scope;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        Env at = env;
        int level = 0;
        for (int target : levels) {
            for (; level < target; level++) {
                at = at.up;
            }
            NixAttrs attrs = (NixAttrs) ((Env.Single) at).value.force(in);
            NixValue value = attrs.findForced(in, name);
            if (value != null) {
                return value;
            }
        }
        throw new EvalError(EvalError.Kind.UNDEFINED, "undefined variable '" + name + "'")
                .at(this)
                .suggest(in.suggestion(name, env, levels, scope));
    }

    @Override
    Expr bind(Scope ignored) {
        return this;
    }

    @Override
    void show(Shower out) {
        out.name(name.name);
    }
}
