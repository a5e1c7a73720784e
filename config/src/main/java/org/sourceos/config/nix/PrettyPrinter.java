package org.sourceos.config.nix;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Writes values for a person: on one line what fits on one, otherwise an element a line. Evaluates what it shows; a part that
 * fails is shown as its error, so that the rest can be seen.
 */
final class PrettyPrinter {
    private static final String OPEN = Bytes.of("«");
    private static final String CLOSE = Bytes.of("»");
    private static final int WIDTH = 80;
    private static final String INDENT = "  ";

    private final Interp in;
    private final int depth;
    private final Set<NixValue> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private PrettyPrinter(Interp in, int depth) {
        this.in = in;
        this.depth = depth;
    }

    /**
     * @param depth so many levels of lists and sets are shown, {@code ...} for what is in deeper ones; a set that was shown
     *     before is {@code «repeated»}
     */
    static String print(Interp in, NixValue value, int depth) {
        return new PrettyPrinter(in, depth).shown(value.force(in), 0, 0);
    }

    /**
     * @param level how many lists and sets it is in
     * @param column where its first line begins
     */
    private String shown(NixValue value, int level, int column) {
        in.step();
        if (value instanceof NixList list) {
            return list(list, level, column);
        }
        if (value instanceof NixAttrs attrs) {
            return attrs(attrs, level, column);
        }
        return Printer.print(in, value, PrintStyle.DESCRIPTIVE, false);
    }

    private String part(NixValue value, int level, int column) {
        int before = in.depth();
        try {
            return shown(value.force(in), level, column);
        } catch (EvalError e) {
            if (e.kind == EvalError.Kind.LIMIT || e.kind == EvalError.Kind.CANCELLED) {
                throw e;
            }
            in.depth(before);
            return OPEN + "error: " + e.text().lines().findFirst().orElse("") + CLOSE;
        }
    }

    private String list(NixList list, int level, int column) {
        if (list.size() == 0) {
            return "[ ]";
        }
        if (!seen.add(list)) {
            return OPEN + "repeated" + CLOSE;
        }
        if (level >= depth) {
            return "[ ... ]";
        }
        in.enter(null);
        List<String> parts = new ArrayList<>();
        for (NixValue element : list) {
            parts.add(part(element, level + 1, column + INDENT.length()));
        }
        in.leave();
        return joined("[", parts, "]", column);
    }

    private String attrs(NixAttrs attrs, int level, int column) {
        if (attrs.size() == 0) {
            return "{ }";
        }
        if (level > 0
                && attrs.findForced(in, in.symbols.of("_type")) instanceof NixString type
                && type.bytes.equals("package")
                && attrs.findForced(in, in.symbols.of("name")) instanceof NixString name) {
            return OPEN + "package " + name.bytes + CLOSE;
        }
        if (!seen.add(attrs)) {
            return OPEN + "repeated" + CLOSE;
        }
        if (level >= depth) {
            return "{ ... }";
        }
        in.enter(null);
        List<String> parts = new ArrayList<>();
        for (int index : attrs.shape.byName()) {
            StringBuilder line = new StringBuilder();
            Printer.attributeName(line, attrs.shape.keys[index].name);
            line.append(" = ");
            line.append(part(attrs.values[index], level + 1, column + INDENT.length()));
            parts.add(line.append(';').toString());
        }
        in.leave();
        return joined("{", parts, "}", column);
    }

    private String joined(String open, List<String> parts, String close, int column) {
        int width = column + open.length() + close.length() + 1;
        boolean fits = true;
        for (String part : parts) {
            width += part.length() + 1;
            fits &= width <= WIDTH && part.indexOf('\n') < 0;
        }
        StringBuilder out = new StringBuilder(open);
        for (String part : parts) {
            out.append(fits ? " " : "\n" + " ".repeat(column) + INDENT).append(part);
            in.reserveText(out);
        }
        return out.append(fits ? " " : "\n" + " ".repeat(column)).append(close).toString();
    }
}
