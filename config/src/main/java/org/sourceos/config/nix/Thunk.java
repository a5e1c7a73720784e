package org.sourceos.config.nix;

import org.jspecify.annotations.Nullable;

/**
 * An expression and the environment it will be evaluated in, then its value. While it is being evaluated it is black: who
 * asks for it then has asked for something that needs itself.
 */
final class Thunk extends NixValue {
    private @Nullable Expr expr;
    private @Nullable Env env;
    private @Nullable NixValue value;

    Thunk(Expr expr, Env env) {
        this.expr = expr;
        this.env = env;
    }

    /** The call of a function that is not made yet. */
    static Thunk ofCall(NixValue function, NixValue argument) {
        return new Thunk(ApplyExpr.ONE, new Env(Env.ROOT, new NixValue[] {function, argument}));
    }

    static Thunk ofCall(NixValue function, NixValue first, NixValue second) {
        return new Thunk(ApplyExpr.TWO, new Env(Env.ROOT, new NixValue[] {function, first, second}));
    }

    @Override
    NixValue force(Interp in) {
        NixValue known = value;
        return known != null ? known : evaluate(in);
    }

    private NixValue evaluate(Interp in) {
        Expr todo = expr;
        Env where = env;
        if (todo == null || where == null) {
            throw in.infiniteRecursion(this);
        }
        expr = null;
        env = null;
        try {
            NixValue result = todo.eval(in, where);
            value = result;
            return result;
        } catch (EvalError e) {
            expr = todo;
            env = where;
            e.passedThunk(this, todo);
            throw e;
        } catch (Throwable e) {
            expr = todo;
            env = where;
            throw e;
        }
    }

    /** The value when it is known, otherwise null. */
    @Nullable
    NixValue known() {
        return value;
    }

    @Override
    public String typeName() {
        return "thunk";
    }

    @Override
    String typeWithArticle() {
        return "a thunk";
    }
}
