package org.sourceos.config.nix;

/** A variable of a function, {@code let} or {@code rec}: so many scopes up, in that slot. */
abstract sealed class LocalVarExpr extends Expr {
    private final Symbol name;
    final int slot;

    private LocalVarExpr(VarExpr variable, int slot) {
        super(variable.source, variable.offset);
        this.name = variable.name;
        this.slot = slot;
    }

    static LocalVarExpr of(VarExpr variable, int level, int slot) {
        return switch (level) {
            case 0 -> new Here(variable, slot);
            case 1 -> new Around(variable, slot);
            default -> new Far(variable, level, slot);
        };
    }

    abstract NixValue[] values(Env env);

    @Override
    final NixValue eval(Interp in, Env env) {
        NixValue[] values = values(env);
        NixValue value = values[slot];
        if (value instanceof Thunk thunk) {
            NixValue result;
            try {
                result = thunk.force(in);
            } catch (EvalError e) {
                // A cycle is found by the variable that closes it.
                throw e.kind == EvalError.Kind.RECURSION ? e.at(this) : e;
            }
            if (!Thunk.hasIdentity(result)) {
                values[slot] = result;
            }
            return result;
        }
        return value;
    }

    @Override
    final NixValue delay(Interp in, Env env) {
        NixValue value = values(env)[slot];
        return value != null ? value : new Thunk(this, env);
    }

    @Override
    Expr bind(Scope scope) {
        return this;
    }

    @Override
    void show(Shower out) {
        out.name(name.name);
    }

    private static final class Here extends LocalVarExpr {
        Here(VarExpr variable, int slot) {
            super(variable, slot);
        }

        @Override
        NixValue[] values(Env env) {
            return env.values;
        }
    }

    private static final class Around extends LocalVarExpr {
        Around(VarExpr variable, int slot) {
            super(variable, slot);
        }

        @Override
        NixValue[] values(Env env) {
            return env.up.values;
        }
    }

    private static final class Far extends LocalVarExpr {
        private final int level;

        Far(VarExpr variable, int level, int slot) {
            super(variable, slot);
            this.level = level;
        }

        @Override
        NixValue[] values(Env env) {
            Env at = env;
            for (int i = level; i > 0; i--) {
                at = at.up;
            }
            return at.values;
        }
    }
}
