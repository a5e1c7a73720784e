package org.sourceos.config.nix;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.sourceos.config.nix.syntax.Lexer;

/** Writes values as Nix does. */
final class Printer {
    /** Everything in this package is bytes: the quotation marks too. */
    private static final String OPEN = Bytes.of("«");

    private static final String CLOSE = Bytes.of("»");
    private static final int BRIEF_ITEMS = 10;
    private static final int BRIEF_LENGTH = 1024;

    private final Interp in;
    private final PrintStyle style;
    private final boolean forcing;
    private final boolean brief;
    private final StringBuilder out = new StringBuilder();
    private final Set<NixValue> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private int attrsWritten;
    private int itemsWritten;

    private Printer(Interp in, PrintStyle style, boolean forcing, boolean brief) {
        this.in = in;
        this.style = style;
        this.forcing = forcing;
        this.brief = brief;
    }

    /** The whole value; what is not evaluated is evaluated when {@code forcing}. */
    static String print(Interp in, NixValue value, PrintStyle style, boolean forcing) {
        Printer printer = new Printer(in, style, forcing, false);
        printer.value(value, 0);
        return printer.out.toString();
    }

    /** For error messages: cut short, and nothing is evaluated. */
    static String brief(Interp in, NixValue value) {
        Printer printer = new Printer(in, PrintStyle.DESCRIPTIVE, false, true);
        printer.value(value, 0);
        return printer.out.toString();
    }

    private void value(NixValue raw, int depth) {
        in.step();
        in.reserveText(out);
        NixValue value = raw;
        if (raw instanceof Thunk thunk) {
            NixValue known = forcing ? thunk.force(in) : thunk.known();
            if (known == null && thunk.isUnderWay()) {
                out.append(OPEN + "potential infinite recursion" + CLOSE);
                return;
            }
            if (known == null) {
                unevaluated(thunk.isBlack() ? "potential infinite recursion" : "thunk");
                return;
            }
            value = known;
        }
        if (value instanceof NixInt number) {
            out.append(number.value());
        } else if (value instanceof NixFloat number) {
            out.append(general(number.value()));
        } else if (value instanceof NixBool bool) {
            out.append(bool.value());
        } else if (value instanceof NixNull) {
            out.append("null");
        } else if (value instanceof NixString string) {
            quoted(out, string.bytes, brief ? BRIEF_LENGTH : Integer.MAX_VALUE);
        } else if (value instanceof NixPath path) {
            out.append(path.bytes);
        } else if (value instanceof NixList list) {
            list(raw, list, depth);
        } else if (value instanceof NixAttrs attrs) {
            attrs(attrs, depth);
        } else if (value instanceof NixFunction function) {
            function(function);
        }
    }

    private void unevaluated(String shown) {
        out.append(style == PrintStyle.INSTANTIATE ? "<CODE>" : OPEN + shown + CLOSE);
    }

    private void function(NixFunction function) {
        if (style == PrintStyle.INSTANTIATE) {
            out.append(
                    function instanceof Closure
                            ? "<LAMBDA>"
                            : function instanceof Builtin ? "<PRIMOP>" : "<PRIMOP-APP>");
        } else if (function instanceof Closure closure) {
            out.append(OPEN).append("lambda");
            if (closure.lambda.name() != null) {
                out.append(' ').append(closure.lambda.displayName());
            }
            out.append(" @ ").append(closure.lambda.pos()).append(CLOSE);
        } else if (function instanceof Builtin builtin) {
            out.append(OPEN).append("primop ").append(builtin.name()).append(CLOSE);
        } else if (function instanceof PartialBuiltin partial) {
            out.append(OPEN)
                    .append("partially applied primop ")
                    .append(partial.builtin.name())
                    .append(CLOSE);
        }
    }

    private void list(NixValue slot, NixList list, int depth) {
        if (list.size() > 0 && !seen.add(slot)) {
            out.append(OPEN + "repeated" + CLOSE);
            return;
        }
        if (brief && depth >= BRIEF_ITEMS) {
            out.append("[ ... ]");
            return;
        }
        out.append("[ ");
        in.enter(null);
        for (int i = 0; i < list.size(); i++) {
            if (brief && itemsWritten >= BRIEF_ITEMS) {
                elided(list.size() - i, "item");
                break;
            }
            NixValue element = forcing ? list.get(i) : list.known(i);
            if (element == null) {
                unevaluated("thunk");
            } else {
                value(element, depth + 1);
            }
            out.append(' ');
            itemsWritten++;
        }
        in.leave();
        out.append(']');
    }

    private void attrs(NixAttrs attrs, int depth) {
        // All empty sets are one; only nix-instantiate makes nothing of it.
        boolean counts = attrs.size() > 0 || style != PrintStyle.INSTANTIATE;
        if (counts && !seen.add(attrs.size() > 0 ? attrs : NixAttrs.EMPTY)) {
            out.append(OPEN + "repeated" + CLOSE);
            return;
        }
        if (brief && depth >= BRIEF_ITEMS) {
            out.append("{ ... }");
            return;
        }
        out.append("{ ");
        in.enter(null);
        int left = attrs.size();
        for (int index : brief ? typeFirst(attrs.shape) : attrs.shape.byName()) {
            if (brief && attrsWritten >= BRIEF_ITEMS) {
                elided(left, "attribute");
                break;
            }
            attributeName(out, attrs.shape.keys[index].name);
            out.append(" = ");
            value(attrs.values[index], depth + 1);
            out.append("; ");
            attrsWritten++;
            left--;
        }
        in.leave();
        out.append('}');
    }

    /** In the order of the names, but what says the type of a set before everything else. */
    private static int[] typeFirst(Shape shape) {
        int[] order = shape.byName().clone();
        int front = 0;
        for (int i = 0; i < order.length; i++) {
            String name = shape.keys[order[i]].name;
            if (name.equals("type") || name.equals("_type")) {
                int index = order[i];
                System.arraycopy(order, front, order, front + 1, i - front);
                order[front++] = index;
            }
        }
        return order;
    }

    private void elided(int count, String what) {
        out.append(OPEN)
                .append(count)
                .append(' ')
                .append(what)
                .append(count == 1 ? "" : "s")
                .append(" elided")
                .append(CLOSE)
                .append(' ');
    }

    static void attributeName(StringBuilder out, String name) {
        if (Lexer.isIdentifier(name) && !Lexer.isReserved(name)) {
            out.append(name);
        } else {
            quoted(out, name, Integer.MAX_VALUE);
        }
    }

    /** As a string of the language, at most so many bytes of it. */
    static void quoted(StringBuilder out, String bytes, int most) {
        out.append('"');
        for (int i = 0; i < bytes.length(); i++) {
            if (i >= most) {
                int rest = bytes.length() - i;
                out.append("\" ")
                        .append(OPEN)
                        .append(rest)
                        .append(rest == 1 ? " byte elided" : " bytes elided")
                        .append(CLOSE);
                return;
            }
            char c = bytes.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '$' -> {
                    if (i + 1 < bytes.length() && bytes.charAt(i + 1) == '{') {
                        out.append('\\');
                    }
                    out.append('$');
                }
                default -> out.append(c);
            }
        }
        out.append('"');
    }

    /** As C's {@code %g}: six significant digits, no trailing zeros. */
    static String general(double value) {
        if (Double.isNaN(value)) {
            return Double.doubleToRawLongBits(value) < 0 ? "-nan" : "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(6, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        BigDecimal stripped = rounded.stripTrailingZeros();
        if (exponent < -4 || exponent >= 6) {
            String digits = stripped.unscaledValue().abs().toString();
            StringBuilder text = new StringBuilder(value < 0 ? "-" : "").append(digits.charAt(0));
            if (digits.length() > 1) {
                text.append('.').append(digits, 1, digits.length());
            }
            int size = Math.abs(exponent);
            return text.append('e')
                    .append(exponent < 0 ? '-' : '+')
                    .append(size < 10 ? "0" : "")
                    .append(size)
                    .toString();
        }
        return stripped.toPlainString();
    }
}
