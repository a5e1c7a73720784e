package org.sourceos.config.nix;

import java.util.Arrays;

/** {@code f a b}. */
abstract sealed class CallExpr extends Expr {
    private Expr function;

    private CallExpr(Source source, int offset, Expr function) {
        super(source, offset);
        this.function = function;
    }

    static CallExpr of(Source source, int offset, Expr function, Expr... arguments) {
        return switch (arguments.length) {
            case 1 -> new One(source, offset, function, arguments[0]);
            case 2 -> new Two(source, offset, function, arguments[0], arguments[1]);
            default -> new Many(source, offset, function, arguments);
        };
    }

    /** This call with further arguments. */
    final CallExpr with(Expr[] more) {
        Expr[] before = arguments();
        Expr[] all = Arrays.copyOf(before, before.length + more.length);
        System.arraycopy(more, 0, all, before.length, more.length);
        return of(source, offset, function, all);
    }

    abstract Expr[] arguments();

    abstract void bindArguments(Scope scope);

    abstract void showArguments(Shower out);

    @Override
    final Expr bind(Scope scope) {
        function = function.bind(scope);
        bindArguments(scope);
        return this;
    }

    @Override
    final void show(Shower out) {
        out.text("(").expr(function);
        showArguments(out);
        out.text(")");
    }

    final NixValue function(Interp in, Env env) {
        return function.eval(in, env);
    }

    private static final class One extends CallExpr {
        private Expr argument;

        One(Source source, int offset, Expr function, Expr argument) {
            super(source, offset, function);
            this.argument = argument;
        }

        @Override
        NixValue eval(Interp in, Env env) {
            return in.call(function(in, env), argument.delay(in, env), this);
        }

        @Override
        Expr[] arguments() {
            return new Expr[] {argument};
        }

        @Override
        void bindArguments(Scope scope) {
            argument = argument.bind(scope);
        }

        @Override
        void showArguments(Shower out) {
            out.text(" ").expr(argument);
        }
    }

    private static final class Two extends CallExpr {
        private Expr first;
        private Expr second;

        Two(Source source, int offset, Expr function, Expr first, Expr second) {
            super(source, offset, function);
            this.first = first;
            this.second = second;
        }

        @Override
        NixValue eval(Interp in, Env env) {
            return in.call(function(in, env), first.delay(in, env), second.delay(in, env), this);
        }

        @Override
        Expr[] arguments() {
            return new Expr[] {first, second};
        }

        @Override
        void bindArguments(Scope scope) {
            first = first.bind(scope);
            second = second.bind(scope);
        }

        @Override
        void showArguments(Shower out) {
            out.text(" ").expr(first).text(" ").expr(second);
        }
    }

    private static final class Many extends CallExpr {
        private final Expr[] arguments;

        Many(Source source, int offset, Expr function, Expr[] arguments) {
            super(source, offset, function);
            this.arguments = arguments;
        }

        @Override
        NixValue eval(Interp in, Env env) {
            NixValue called = function(in, env);
            NixValue[] values = new NixValue[arguments.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = arguments[i].delay(in, env);
            }
            return in.call(called, values, this);
        }

        @Override
        Expr[] arguments() {
            return arguments;
        }

        @Override
        void bindArguments(Scope scope) {
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = arguments[i].bind(scope);
            }
        }

        @Override
        void showArguments(Shower out) {
            for (Expr argument : arguments) {
                out.text(" ").expr(argument);
            }
        }
    }
}
