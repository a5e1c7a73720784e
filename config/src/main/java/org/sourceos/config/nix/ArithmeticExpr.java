package org.sourceos.config.nix;

/**
 * {@code a - b}, {@code a * b}, {@code a / b} and {@code a < b}: calls of {@code __sub}, {@code __mul}, {@code __div} and
 * {@code __lessThan}, also when the user has defined those names.
 */
abstract sealed class ArithmeticExpr extends Expr {
    private final Symbol builtin;
    private Expr left;
    private Expr right;

    private ArithmeticExpr(Source source, int offset, Symbol builtin, Expr left, Expr right) {
        super(source, offset);
        this.builtin = builtin;
        this.left = left;
        this.right = right;
    }

    final NixValue left(Interp in, Env env) {
        return left.eval(in, env);
    }

    final NixValue right(Interp in, Env env) {
        return right.eval(in, env);
    }

    @Override
    final Expr bind(Scope scope) {
        if (!scope.isGlobal(builtin)) {
            return CallExpr.of(source, offset, new VarExpr(source, offset, builtin), left, right)
                    .bind(scope);
        }
        left = left.bind(scope);
        right = right.bind(scope);
        return this;
    }

    @Override
    final void show(Shower out) {
        out.text("(" + builtin + " ").expr(left).text(" ").expr(right).text(")");
    }

    static final class Sub extends ArithmeticExpr {
        Sub(Source source, int offset, Symbols symbols, Expr left, Expr right) {
            super(source, offset, symbols.sub, left, right);
        }

        @Override
        NixValue eval(Interp in, Env env) {
            NixValue a = left(in, env);
            NixValue b = right(in, env);
            try {
                return Arithmetic.sub(in, a, b);
            } catch (EvalError e) {
                throw e.at(this);
            }
        }
    }

    static final class Mul extends ArithmeticExpr {
        Mul(Source source, int offset, Symbols symbols, Expr left, Expr right) {
            super(source, offset, symbols.mul, left, right);
        }

        @Override
        NixValue eval(Interp in, Env env) {
            NixValue a = left(in, env);
            NixValue b = right(in, env);
            try {
                return Arithmetic.mul(in, a, b);
            } catch (EvalError e) {
                throw e.at(this);
            }
        }
    }

    static final class Div extends ArithmeticExpr {
        Div(Source source, int offset, Symbols symbols, Expr left, Expr right) {
            super(source, offset, symbols.div, left, right);
        }

        @Override
        NixValue eval(Interp in, Env env) {
            NixValue a = left(in, env);
            NixValue b = right(in, env);
            try {
                return Arithmetic.div(in, a, b);
            } catch (EvalError e) {
                throw e.at(this);
            }
        }
    }

    static final class Less extends ArithmeticExpr {
        Less(Source source, int offset, Symbols symbols, Expr left, Expr right) {
            super(source, offset, symbols.lessThan, left, right);
        }

        @Override
        NixValue eval(Interp in, Env env) {
            return NixBool.of(evalBool(in, env));
        }

        @Override
        boolean evalBool(Interp in, Env env) {
            NixValue a = left(in, env);
            NixValue b = right(in, env);
            try {
                return Ordering.less(in, a, b);
            } catch (EvalError e) {
                throw e.at(this);
            }
        }
    }
}
