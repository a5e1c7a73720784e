package org.sourceos.config.nix;

import org.jspecify.annotations.Nullable;

/**
 * An expression and the environment it will be evaluated in, then its value; or the call of a function that a builtin left
 * for later. While it is being evaluated it is black: who asks for it then has asked for something that needs itself.
 *
 * <p>There are more of these than of anything else, so the three fields serve in turn: expression, environment, nothing; a
 * {@link ApplyExpr}, the function, its argument; nothing, nothing, the value.
 */
final class Thunk extends NixValue {
    private @Nullable Expr expr;
    private @Nullable Object context;
    private @Nullable NixValue value;

    Thunk(Expr expr, Env env) {
        this.expr = expr;
        this.context = env;
    }

    private Thunk(Expr expr, Object context, @Nullable NixValue argument) {
        this.expr = expr;
        this.context = context;
        this.value = argument;
    }

    /** The call of a function that is not made yet. */
    static Thunk ofCall(NixValue function, NixValue argument) {
        return new Thunk(ApplyExpr.ONE, function, argument);
    }

    static Thunk ofCall(NixValue function, NixValue first, NixValue second) {
        return new Thunk(ApplyExpr.TWO, new NixValue[] {function, first, second}, null);
    }

    @Override
    NixValue force(Interp in) {
        NixValue known = value;
        return expr == null && known != null ? known : evaluate(in);
    }

    private NixValue evaluate(Interp in) {
        Expr todo = expr;
        Object where = context;
        NixValue argument = value;
        if (todo == null || where == null) {
            throw in.infiniteRecursion(this);
        }
        in.nest();
        expr = null;
        context = null;
        value = null;
        try {
            NixValue result;
            if (where instanceof Env env) {
                result = todo.eval(in, env);
            } else if (where instanceof NixValue function && argument != null) {
                result = in.call(function.force(in), argument, todo);
            } else {
                NixValue[] call = (NixValue[]) where;
                result = in.call(call[0].force(in), call[1], call[2], todo);
            }
            value = result;
            in.unnest();
            return result;
        } catch (EvalError e) {
            in.unnest();
            restore(todo, where, argument);
            e.passedThunk(this, todo);
            throw e;
        } catch (Throwable e) {
            in.unnest();
            restore(todo, where, argument);
            throw e;
        }
    }

    /** After an error: who asks again shall get it again. */
    private void restore(Expr todo, Object where, @Nullable NixValue argument) {
        expr = todo;
        context = where;
        value = argument;
    }

    /**
     * Whether it matters in which slot a value lies, so that it must stay behind its thunk: functions are equal, and lists
     * printed as repeated, only when they are one slot's.
     */
    static boolean hasIdentity(NixValue value) {
        return value instanceof NixList || value instanceof NixFunction;
    }

    /** Whether it is being evaluated: to ask it for its value is to ask for something that needs itself. */
    boolean isBlack() {
        return expr == null && value == null;
    }

    /** The value when it is known, otherwise null. */
    @Nullable NixValue known() {
        return expr == null ? value : null;
    }

    /** Whether it is a call that a builtin left for later, not an expression of a text. */
    boolean isCall() {
        return expr == ApplyExpr.ONE || expr == ApplyExpr.TWO;
    }

    /** Whether it is being evaluated just now: what prints it then is part of that. */
    boolean isUnderWay() {
        return expr == null && value == null;
    }

    @Override
    public String typeName() {
        return "thunk";
    }

    @Override
    public String typeWithArticle() {
        return "a thunk";
    }
}
