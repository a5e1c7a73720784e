package org.sourceos.config.nix;

/** The four operations on forced values; 64-bit integers that overflow are an error. */
final class Arithmetic {
    private Arithmetic() {}

    static NixValue add(Interp in, NixValue a, NixValue b) {
        if (a instanceof NixInt x && b instanceof NixInt y) {
            long sum = x.value() + y.value();
            if (((x.value() ^ sum) & (y.value() ^ sum)) < 0) {
                throw overflow("adding", x, "+", y);
            }
            return NixInt.of(sum);
        }
        return new NixFloat(operand(in, a, b) + operand(in, b, a));
    }

    static NixValue sub(Interp in, NixValue a, NixValue b) {
        if (a instanceof NixInt x && b instanceof NixInt y) {
            long difference = x.value() - y.value();
            if (((x.value() ^ y.value()) & (x.value() ^ difference)) < 0) {
                throw overflow("subtracting", x, "-", y);
            }
            return NixInt.of(difference);
        }
        return new NixFloat(operand(in, a, b) - operand(in, b, a));
    }

    static NixValue mul(Interp in, NixValue a, NixValue b) {
        if (a instanceof NixInt x && b instanceof NixInt y) {
            long high = Math.multiplyHigh(x.value(), y.value());
            long low = x.value() * y.value();
            if ((high != 0 || low < 0) && (high != -1 || low >= 0)) {
                throw overflow("multiplying", x, "*", y);
            }
            return NixInt.of(low);
        }
        return new NixFloat(operand(in, a, b) * operand(in, b, a));
    }

    static NixValue div(Interp in, NixValue a, NixValue b) {
        double divisor = number(in, b);
        if (divisor == 0) {
            throw new EvalError(EvalError.Kind.OTHER, "division by zero");
        }
        if (a instanceof NixInt x && b instanceof NixInt y) {
            if (x.value() == Long.MIN_VALUE && y.value() == -1) {
                throw overflow("dividing", x, "/", y);
            }
            return NixInt.of(x.value() / y.value());
        }
        return new NixFloat(operand(in, a, b) / divisor);
    }

    private static EvalError overflow(String doing, NixInt a, String sign, NixInt b) {
        return new EvalError(
                EvalError.Kind.OTHER, "integer overflow in " + doing + " " + a.value() + " " + sign + " " + b.value());
    }

    /** An operand; which of the two types of numbers a wrong one should have had is told by the other one. */
    private static double operand(Interp in, NixValue value, NixValue other) {
        if (!(value instanceof NixInt) && !(value instanceof NixFloat) && !(other instanceof NixFloat)) {
            throw in.expected("an integer", value);
        }
        return number(in, value);
    }

    static double number(Interp in, NixValue value) {
        if (value instanceof NixInt integer) {
            return integer.value();
        }
        if (value instanceof NixFloat number) {
            return number.value();
        }
        throw in.expected("a float", value);
    }
}
