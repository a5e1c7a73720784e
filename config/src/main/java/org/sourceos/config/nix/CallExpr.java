package org.sourceos.config.nix;

import java.util.Arrays;

/** {@code f a b}. */
final class CallExpr extends Expr {
    private Expr function;
    private final Expr[] arguments;

    CallExpr(Source source, int offset, Expr function, Expr... arguments) {
        super(source, offset);
        this.function = function;
        this.arguments = arguments;
    }

    /** This call with further arguments. */
    CallExpr with(Expr[] more) {
        Expr[] all = Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return new CallExpr(source, offset, function, all);
    }

    @Override
    NixValue eval(Interp in, Env env) {
        NixValue called = function.eval(in, env);
        if (arguments.length == 1) {
            return in.call(called, arguments[0].delay(in, env), this);
        }
        NixValue[] values = new NixValue[arguments.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = arguments[i].delay(in, env);
        }
        return in.call(called, values, this);
    }

    @Override
    Expr bind(Scope scope) {
        function = function.bind(scope);
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = arguments[i].bind(scope);
        }
        return this;
    }

    @Override
    void show(Shower out) {
        out.text("(").expr(function);
        for (Expr argument : arguments) {
            out.text(" ").expr(argument);
        }
        out.text(")");
    }
}
