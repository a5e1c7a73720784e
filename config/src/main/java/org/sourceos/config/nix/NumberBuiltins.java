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

    private static NixValue rounded(Interp in, NixValue argument, boolean up) {
        NixValue value = argument.force(in);
        if (value instanceof NixInt) {
            return value;
        }
        double exact = Arithmetic.number(in, value);
        double whole = up ? Math.ceil(exact) : Math.floor(exact);
        if (whole >= -TOO_LARGE && whole < TOO_LARGE) {
            return NixInt.of((long) whole);
        }
        throw new EvalError(
                EvalError.Kind.TYPE, "NixFloat argument " + Printer.general(exact) + " is not in the range of NixInt");
    }
}
