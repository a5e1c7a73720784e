package org.sourceos.config.nix;

import org.jspecify.annotations.Nullable;

/** Two operands and an operator that is not a builtin's name. */
abstract sealed class BinaryExpr extends Expr {
    Expr left;
    Expr right;
    private final String operator;

    private BinaryExpr(Source source, int offset, Expr left, Expr right, String operator) {
        super(source, offset);
        this.left = left;
        this.right = right;
        this.operator = operator;
    }

    @Override
    Expr bind(Scope scope) {
        left = left.bind(scope);
        right = right.bind(scope);
        return this;
    }

    @Override
    void show(Shower out) {
        out.text("(").expr(left).text(" " + operator + " ").expr(right).text(")");
    }

    /** One that gives a Boolean, which {@code if} and the like take without an object around it. */
    abstract static sealed class Condition extends BinaryExpr {
        private Condition(Source source, int offset, Expr left, Expr right, String operator) {
            super(source, offset, left, right, operator);
        }

        @Override
        abstract boolean evalBool(Interp in, Env env);

        @Override
        final NixValue eval(Interp in, Env env) {
            return NixBool.of(evalBool(in, env));
        }
    }

    static final class And extends Condition {
        And(Source source, int offset, Expr left, Expr right) {
            super(source, offset, left, right, "&&");
        }

        @Override
        boolean evalBool(Interp in, Env env) {
            return left.evalBool(in, env) && right.evalBool(in, env);
        }
    }

    static final class Or extends Condition {
        Or(Source source, int offset, Expr left, Expr right) {
            super(source, offset, left, right, "||");
        }

        @Override
        boolean evalBool(Interp in, Env env) {
            return left.evalBool(in, env) || right.evalBool(in, env);
        }
    }

    static final class Implies extends Condition {
        Implies(Source source, int offset, Expr left, Expr right) {
            super(source, offset, left, right, "->");
        }

        @Override
        boolean evalBool(Interp in, Env env) {
            return !left.evalBool(in, env) || right.evalBool(in, env);
        }
    }

    static final class Equal extends Condition {
        Equal(Source source, int offset, Expr left, Expr right) {
            super(source, offset, left, right, "==");
        }

        @Override
        boolean evalBool(Interp in, Env env) {
            return Equality.operands(in, left.eval(in, env), right.eval(in, env));
        }

        /** Throws what exactly differs, where that can be said. */
        void explainAssertion(Interp in, Env env) {
            Equality.explain(in, left.eval(in, env), right.eval(in, env), this);
        }
    }

    static final class NotEqual extends Condition {
        NotEqual(Source source, int offset, Expr left, Expr right) {
            super(source, offset, left, right, "!=");
        }

        @Override
        boolean evalBool(Interp in, Env env) {
            return !Equality.operands(in, left.eval(in, env), right.eval(in, env));
        }
    }

    static final class Update extends BinaryExpr {
        private @Nullable Shape lastLeft;
        private @Nullable Shape lastRight;
        private @Nullable Shape merged;
        private int[] origins = new int[0];

        Update(Source source, int offset, Expr left, Expr right) {
            super(source, offset, left, right, "//");
        }

        @Override
        NixValue eval(Interp in, Env env) {
            // The right one first, as Nix does: of two mistakes it is the one that is reported.
            NixAttrs second = attrs(in, right, env);
            NixAttrs first = attrs(in, left, env);
            if (second.size() == 0) {
                return first;
            }
            if (first.size() == 0) {
                return second;
            }
            if (merged != null && first.shape == lastLeft && second.shape == lastRight) {
                NixValue[] values = new NixValue[origins.length];
                for (int i = 0; i < values.length; i++) {
                    int origin = origins[i];
                    values[i] = origin >= 0 ? second.values[origin] : first.values[~origin];
                }
                return new NixAttrs(merged, values);
            }
            in.reserve((first.size() + second.size()) * 8L);
            // Sets made at one place are merged again and again with sets made at another: where each value comes
            // from is then known. Remembering it for large sets that come once would cost more than it saves.
            if (first.size() + second.size() <= 64) {
                lastLeft = first.shape;
                lastRight = second.shape;
                origins = Attrs.origins(first.shape, second.shape);
                merged = Attrs.merge(first.shape, second.shape, origins);
                NixValue[] values = new NixValue[origins.length];
                for (int i = 0; i < values.length; i++) {
                    int origin = origins[i];
                    values[i] = origin >= 0 ? second.values[origin] : first.values[~origin];
                }
                return new NixAttrs(merged, values);
            }
            return Attrs.update(first, second);
        }

        private NixAttrs attrs(Interp in, Expr operand, Env env) {
            NixValue value = operand.eval(in, env);
            if (value instanceof NixAttrs attrs) {
                return attrs;
            }
            throw in.expected("a set", value).at(operand);
        }
    }

    static final class ConcatLists extends BinaryExpr {
        ConcatLists(Source source, int offset, Expr left, Expr right) {
            super(source, offset, left, right, "++");
        }

        @Override
        NixValue eval(Interp in, Env env) {
            NixValue a = left.eval(in, env);
            NixValue b = right.eval(in, env);
            NixList first = list(in, a, left);
            NixList second = list(in, b, right);
            if (first.size() == 0) {
                return second;
            }
            if (second.size() == 0) {
                return first;
            }
            in.reserve((first.size() + second.size()) * 4L);
            NixValue[] all = new NixValue[first.size() + second.size()];
            first.copyTo(all, 0);
            second.copyTo(all, first.size());
            return NixList.of(all);
        }

        private NixList list(Interp in, NixValue value, Expr operand) {
            if (value instanceof NixList list) {
                return list;
            }
            throw in.expected("a list", value).at(operand);
        }
    }
}
