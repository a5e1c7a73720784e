package org.sourceos.config.nix;

import java.util.function.LongBinaryOperator;

/** Numbers and their order. */
final class NumberBuiltins {
    private static final double TOO_LARGE = 0x1p63;

    private NumberBuiltins() {}

    static void define(Globals to) {
        to.function("add", 2, (in, a, site) -> Arithmetic.add(in, a[0].force(in), a[1].force(in)));
        to.function("sub", 2, (in, a, site) -> Arithmetic.sub(in, a[0].force(in), a[1].force(in)));
        to.function("mul", 2, (in, a, site) -> Arithmetic.mul(in, a[0].force(in), a[1].force(in)));
        to.function("div", 2, (in, a, site) -> Arithmetic.div(in, a[0].force(in), a[1].force(in)));
        to.function("lessThan", 2, (in, a, site) -> NixBool.of(Ordering.less(in, a[0].force(in), a[1].force(in))));
        bits(to, "bitAnd", (x, y) -> x & y);
        bits(to, "bitOr", (x, y) -> x | y);
        bits(to, "bitXor", (x, y) -> x ^ y);
        to.function("ceil", 1, (in, a, site) -> rounded(in, a[0], true));
        to.function("floor", 1, (in, a, site) -> rounded(in, a[0], false));
    }

    private static void bits(Globals to, String name, LongBinaryOperator operator) {
        to.function(
                name,
                2,
                (in, a, site) -> NixInt.of(operator.applyAsLong(Args.integer(in, a[0]), Args.integer(in, a[1]))));
    }

    /** Integers go through a float too, as they always did in Nix; where that loses something, it is an error now. */
    private static NixValue rounded(Interp in, NixValue argument, boolean up) {
        NixValue value = argument.force(in);
        double exact = Arithmetic.number(in, value);
        double whole = up ? Math.ceil(exact) : Math.floor(exact);
        boolean inRange = whole >= -TOO_LARGE && whole < TOO_LARGE;
        if (value instanceof NixInt number && !(inRange && (long) whole == number.value())) {
            throw new EvalError(
                    EvalError.Kind.TYPE,
                    "Due to a bug (see https://github.com/NixOS/nix/issues/12899) "
                            + (inRange
                                    ? "a loss of precision occurred in previous Nix versions because the NixInt argument "
                                            + number.value() + " was rounded to " + (long) whole + "."
                                    : "the NixInt argument " + number.value()
                                            + " caused undefined behavior in previous Nix versions.")
                            + "\n\tFuture Nix versions might implement the correct behavior.");
        }
        if (!inRange) {
            throw new EvalError(
                    EvalError.Kind.TYPE,
                    "NixFloat argument " + Printer.general(exact) + " is not in the range of NixInt");
        }
        return NixInt.of((long) whole);
    }
}
