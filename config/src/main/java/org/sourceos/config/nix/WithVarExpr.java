package org.sourceos.config.nix;

import org.jspecify.annotations.Nullable;

/** A variable that only a {@code with} around it can give, or what surrounds the whole text. */
final class WithVarExpr extends Expr {
    private final Symbol name;
    /** How many scopes up each {@code with} is, innermost first. */
    private final int[] levels;

    private final @Nullable NixValue surrounding;
    private final Scope scope;

    WithVarExpr(VarExpr variable, int[] levels, @Nullable NixValue surrounding, Scope scope) {
        super(variable.source, variable.offset);
        this.name = variable.name;
        this.levels = levels;
        this.surrounding = surrounding;
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
        if (surrounding != null) {
            return surrounding.force(in);
        }
        throw new EvalError(EvalError.Kind.UNDEFINED, "undefined variable '" + name.shown() + "'")
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
