package org.sourceos.config.nix;

/** {@code <} on numbers, strings (by their bytes), paths and lists of those. */
final class Ordering {
    private Ordering() {}

    static boolean less(Interp in, NixValue a, NixValue b) {
        if (a instanceof NixInt x) {
            if (b instanceof NixInt y) {
                return x.value() < y.value();
            }
            if (b instanceof NixFloat y) {
                return (double) x.value() < y.value();
            }
        } else if (a instanceof NixFloat x) {
            if (b instanceof NixFloat y) {
                return x.value() < y.value();
            }
            if (b instanceof NixInt y) {
                return x.value() < (double) y.value();
            }
        } else if (a instanceof NixString x && b instanceof NixString y) {
            return x.bytes.compareTo(y.bytes) < 0;
        } else if (a instanceof NixPath x && b instanceof NixPath y) {
            return x.bytes.compareTo(y.bytes) < 0;
        } else if (a instanceof NixList x && b instanceof NixList y) {
            return lessList(in, x, y);
        }
        String shown = Printer.brief(in, a) + " and " + Printer.brief(in, b);
        String types = "cannot compare " + a.typeWithArticle() + " with " + b.typeWithArticle() + "; values ";
        boolean sameType = a.typeName().equals(b.typeName());
        throw new EvalError(
                EvalError.Kind.TYPE,
                types + (sameType ? "of that type are incomparable (values are " + shown + ")" : "are " + shown));
    }

    private static boolean lessList(Interp in, NixList x, NixList y) {
        for (int i = 0; ; i++) {
            if (i == y.size()) {
                return false;
            }
            if (i == x.size()) {
                return true;
            }
            in.step();
            if (!Equality.elements(in, x.get(i), y.get(i))) {
                return less(in, x.get(in, i), y.get(in, i));
            }
        }
    }
}
