package org.sourceos.config.nix;

/**
 * {@code ==}. Functions are equal only when they are the very same slot of a list or set; two operands never are, because
 * an operator copies what it compares.
 */
final class Equality {
    private Equality() {}

    /** Of two evaluated operands. */
    static boolean operands(Interp in, NixValue a, NixValue b) {
        if (a instanceof NixFunction || b instanceof NixFunction) {
            return false;
        }
        return evaluated(in, a, b);
    }

    /** Of two elements, as they lie in their slots. */
    static boolean elements(Interp in, NixValue a, NixValue b) {
        NixValue x = a.force(in);
        NixValue y = b.force(in);
        return a == b || evaluated(in, x, y);
    }

    private static boolean evaluated(Interp in, NixValue a, NixValue b) {
        if (a instanceof NixInt x) {
            return b instanceof NixInt y
                    ? x.value() == y.value()
                    : b instanceof NixFloat z && (double) x.value() == z.value();
        }
        if (a instanceof NixFloat x) {
            return b instanceof NixFloat y
                    ? x.value() == y.value()
                    : b instanceof NixInt z && x.value() == (double) z.value();
        }
        if (a instanceof NixString x) {
            return b instanceof NixString y && x.bytes.equals(y.bytes);
        }
        if (a instanceof NixPath x) {
            return b instanceof NixPath y && x.bytes.equals(y.bytes);
        }
        if (a instanceof NixList x) {
            return b instanceof NixList y && lists(in, x, y);
        }
        if (a instanceof NixAttrs x) {
            return b instanceof NixAttrs y && sets(in, x, y);
        }
        // Functions are never equal here; true, false and null are one object each.
        return !(a instanceof NixFunction) && a == b;
    }

    private static boolean lists(Interp in, NixList a, NixList b) {
        if (a.size() != b.size()) {
            return false;
        }
        in.enter(null);
        for (int i = 0; i < a.size(); i++) {
            in.step();
            if (!elements(in, a.get(i), b.get(i))) {
                in.leave();
                return false;
            }
        }
        in.leave();
        return true;
    }

    private static boolean sets(Interp in, NixAttrs a, NixAttrs b) {
        if (in.isDerivation(a) && in.isDerivation(b)) {
            NixValue x = a.find(in.symbols.outPath);
            NixValue y = b.find(in.symbols.outPath);
            if (x != null && y != null) {
                return elements(in, x, y);
            }
        }
        if (a.size() != b.size()) {
            return false;
        }
        in.enter(null);
        for (int i = 0; i < a.size(); i++) {
            in.step();
            if (a.shape.keys[i] != b.shape.keys[i] || !elements(in, a.values[i], b.values[i])) {
                in.leave();
                return false;
            }
        }
        in.leave();
        return true;
    }

    /** Throws what differs first between two values, for {@code assert a == b}; says nothing when nothing does. */
    static void explain(Interp in, NixValue rawA, NixValue rawB, Expr at) {
        NixValue a = rawA.force(in);
        NixValue b = rawB.force(in);
        if (rawA == rawB && !(a instanceof NixFunction && rawA == a)) {
            return;
        }
        String shownA = Printer.brief(in, a);
        String shownB = Printer.brief(in, b);
        boolean numbers =
                (a instanceof NixInt || a instanceof NixFloat) && (b instanceof NixInt || b instanceof NixFloat);
        if (numbers) {
            if (!evaluated(in, a, b)) {
                throw differ(
                        a.typeWithArticle() + " with value '" + shownA + "' is not equal to " + b.typeWithArticle()
                                + " with value '" + shownB + "'",
                        at);
            }
            return;
        }
        if (a.getClass() != b.getClass() && !(a instanceof NixFunction && b instanceof NixFunction)) {
            throw differ(
                    a.typeWithArticle() + " of value '" + shownA + "' is not equal to " + b.typeWithArticle()
                            + " of value '" + shownB + "'",
                    at);
        }
        if (a instanceof NixString || a instanceof NixPath || a instanceof NixBool) {
            if (!evaluated(in, a, b)) {
                String kind = a instanceof NixString ? "string" : a instanceof NixPath ? "path" : "boolean";
                throw differ(kind + " '" + shownA + "' is not equal to " + kind + " '" + shownB + "'", at);
            }
        } else if (a instanceof NixList x && b instanceof NixList y) {
            if (x.size() != y.size()) {
                throw differ(
                        "list of size '" + x.size() + "' is not equal to list of size '" + y.size()
                                + "', left hand side is '" + shownA + "', right hand side is '" + shownB + "'",
                        at);
            }
            for (int i = 0; i < x.size(); i++) {
                explain(in, x.get(i), y.get(i), at);
            }
        } else if (a instanceof NixAttrs x && b instanceof NixAttrs y) {
            explainSets(in, x, y, shownA, shownB, at);
        } else if (a instanceof NixFunction) {
            throw differ("distinct functions and immediate comparisons of identical functions compare as unequal", at);
        }
    }

    private static void explainSets(Interp in, NixAttrs x, NixAttrs y, String shownA, String shownB, Expr at) {
        if (in.isDerivation(x) && in.isDerivation(y)) {
            NixValue i = x.find(in.symbols.outPath);
            NixValue j = y.find(in.symbols.outPath);
            if (i != null && j != null) {
                explain(in, i, j, at);
                return;
            }
        }
        if (x.size() != y.size()) {
            throw differ(
                    "attribute names of attribute set '" + shownA + "' differs from attribute set '" + shownB + "'",
                    at);
        }
        for (int i = 0; i < x.size(); i++) {
            if (x.shape.keys[i] != y.shape.keys[i]) {
                throw differ(
                        "attribute name '" + x.shape.keys[i].shown() + "' is contained in '" + shownA
                                + "', but not in '" + shownB + "'",
                        at);
            }
            explain(in, x.values[i], y.values[i], at);
        }
    }

    private static EvalError differ(String text, Expr at) {
        return new EvalError(EvalError.Kind.ASSERTION, text).at(at);
    }
}
