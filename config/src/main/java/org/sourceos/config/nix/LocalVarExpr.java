package org.sourceos.config.nix;

/**
 * A variable of a function, {@code let} or {@code rec}: so many scopes up, alone or in that slot. There is a class for each
 * way to get there, because this is what is evaluated most.
 */
abstract sealed class LocalVarExpr extends Expr {
    private final Symbol name;

    private LocalVarExpr(VarExpr variable) {
        super(variable.source, variable.offset);
        this.name = variable.name;
    }

    /** The variable of {@code x: …}. */
    static LocalVarExpr single(VarExpr variable, int level) {
        return level == 0 ? new Single(variable) : new OuterSingle(variable, level);
    }

    /** Whether it is the variable of the function whose body it is. */
    static boolean isInnermostSingle(Expr expr) {
        return expr instanceof Single;
    }

    static LocalVarExpr slot(VarExpr variable, int level, int slot) {
        return level == 0 ? new Slot(variable, slot) : new OuterSlot(variable, level, slot);
    }

    @Override
    final Expr bind(Scope scope) {
        return this;
    }

    @Override
    final void show(Shower out) {
        out.name(name.name);
    }

    final NixValue read(Interp in, Env.Single scope) {
        NixValue value = scope.value;
        if (value instanceof Thunk thunk) {
            value = force(in, thunk);
            if (!Thunk.hasIdentity(value)) {
                scope.value = value;
            }
        }
        return value;
    }

    final NixValue read(Interp in, NixValue[] values, int slot) {
        NixValue value = values[slot];
        if (value instanceof Thunk thunk) {
            value = force(in, thunk);
            // It stays behind its thunk: two of these are equal only when they are one slot's.
            if (!Thunk.hasIdentity(value)) {
                values[slot] = value;
            }
        }
        return value;
    }

    private NixValue force(Interp in, Thunk thunk) {
        try {
            return thunk.force(in);
        } catch (EvalError e) {
            // A cycle is found by the variable that closes it.
            throw e.kind == EvalError.Kind.RECURSION ? e.at(this) : e;
        }
    }

    private static final class Single extends LocalVarExpr {
        Single(VarExpr variable) {
            super(variable);
        }

        @Override
        NixValue eval(Interp in, Env env) {
            return read(in, (Env.Single) env);
        }

        @Override
        NixValue delay(Interp in, Env env) {
            return ((Env.Single) env).value;
        }
    }

    private static final class OuterSingle extends LocalVarExpr {
        private final int level;

        OuterSingle(VarExpr variable, int level) {
            super(variable);
            this.level = level;
        }

        @Override
        NixValue eval(Interp in, Env env) {
            return read(in, (Env.Single) env.up(level));
        }

        @Override
        NixValue delay(Interp in, Env env) {
            return ((Env.Single) env.up(level)).value;
        }
    }

    private static final class Slot extends LocalVarExpr {
        private final int slot;

        Slot(VarExpr variable, int slot) {
            super(variable);
            this.slot = slot;
        }

        @Override
        NixValue eval(Interp in, Env env) {
            return read(in, ((Env.Slots) env).values, slot);
        }

        @Override
        NixValue delay(Interp in, Env env) {
            NixValue value = ((Env.Slots) env).values[slot];
            return value != null ? value : new Thunk(this, env);
        }
    }

    private static final class OuterSlot extends LocalVarExpr {
        private final int level;
        private final int slot;

        OuterSlot(VarExpr variable, int level, int slot) {
            super(variable);
            this.level = level;
            this.slot = slot;
        }

        @Override
        NixValue eval(Interp in, Env env) {
            return read(in, ((Env.Slots) env.up(level)).values, slot);
        }

        @Override
        NixValue delay(Interp in, Env env) {
            NixValue value = ((Env.Slots) env.up(level)).values[slot];
            // A slot that the scope's own construction has not come to yet.
            return value != null ? value : new Thunk(this, env);
        }
    }
}
