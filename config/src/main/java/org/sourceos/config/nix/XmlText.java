package org.sourceos.config.nix;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code builtins.toXML}, and what {@code nix-instantiate --xml} prints. */
final class XmlText {
    private final Interp in;
    private final boolean forcing;
    private final boolean places;
    private final Set<String> derivations = new HashSet<>();
    private final StringBuilder out = new StringBuilder();
    private Context context = Context.NONE;

    private XmlText(Interp in, boolean forcing, boolean places) {
        this.in = in;
        this.forcing = forcing;
        this.places = places;
    }

    static NixString string(Interp in, NixValue value) {
        XmlText text = new XmlText(in, true, false);
        text.whole(value);
        return new NixString(text.out.toString(), text.context);
    }

    /**
     * Ends with a newline.
     *
     * @param strict whether what is not evaluated is evaluated
     * @param places whether attributes and functions say where they are written
     */
    static String instantiated(Interp in, NixValue value, boolean strict, boolean places) {
        XmlText text = new XmlText(in, strict, places);
        text.whole(value.force(in));
        return text.out.toString();
    }

    private void whole(NixValue value) {
        out.append("<?xml version='1.0' encoding='utf-8'?>\n<expr>\n");
        value(value, 1);
        out.append("</expr>\n");
    }

    private void line(int indent, String content) {
        out.append("  ".repeat(indent)).append(content).append('\n');
    }

    /** @param raw null where it is not even a thunk yet */
    private void value(@Nullable NixValue raw, int indent) {
        in.step();
        in.reserveText(out);
        in.enter(null);
        NixValue value = raw instanceof Thunk thunk && !forcing ? thunk.known() : raw == null ? null : raw.force(in);
        if (value instanceof NixInt number) {
            line(indent, "<int value=\"" + number.value() + "\" />");
        } else if (value instanceof NixFloat number) {
            line(indent, "<float value=\"" + Printer.general(number.value()) + "\" />");
        } else if (value instanceof NixBool bool) {
            line(indent, "<bool value=\"" + bool.value() + "\" />");
        } else if (value instanceof NixNull) {
            line(indent, "<null />");
        } else if (value instanceof NixString string) {
            context = context.with(string.context);
            line(indent, "<string value=\"" + escaped(string.bytes) + "\" />");
        } else if (value instanceof NixPath path) {
            line(indent, "<path value=\"" + escaped(path.bytes) + "\" />");
        } else if (value instanceof NixList list) {
            line(indent, "<list>");
            for (int i = 0; i < list.size(); i++) {
                value(forcing ? list.get(i) : list.known(i), indent + 1);
            }
            line(indent, "</list>");
        } else if (value instanceof NixAttrs attrs) {
            if (in.isDerivation(attrs)) {
                derivation(attrs, indent);
            } else {
                line(indent, "<attrs>");
                attributes(attrs, indent + 1);
                line(indent, "</attrs>");
            }
        } else if (value instanceof Closure closure) {
            line(indent, "<function" + place(closure.lambda.pos(), "") + ">");
            function(closure.lambda, indent + 1);
            line(indent, "</function>");
        } else {
            line(indent, "<unevaluated />");
        }
        in.leave();
    }

    private void attributes(NixAttrs attrs, int indent) {
        for (int index : attrs.shape.byName()) {
            String name = " name=\"" + escaped(attrs.shape.keys[index].name) + "\"";
            line(indent, "<attr" + place(attrs.shape.positions[index], name) + ">");
            value(attrs.values[index], indent + 1);
            line(indent, "</attr>");
        }
    }

    /** In {@code builtins.toXML} too; one that was written out before is only named. */
    private void derivation(NixAttrs attrs, int indent) {
        String drvPath = text(attrs, "drvPath");
        String outPath = text(attrs, "outPath");
        line(
                indent,
                "<derivation" + (drvPath == null ? "" : " drvPath=\"" + escaped(drvPath) + "\"")
                        + (outPath == null ? "" : " outPath=\"" + escaped(outPath) + "\"") + ">");
        if (drvPath != null && !drvPath.isEmpty() && derivations.add(drvPath)) {
            attributes(attrs, indent + 1);
        } else {
            line(indent + 1, "<repeated />");
        }
        line(indent, "</derivation>");
    }

    private @Nullable String text(NixAttrs attrs, String name) {
        NixValue value = attrs.find(in.symbols.of(name));
        if (value == null) {
            return null;
        }
        NixValue known = forcing ? value.force(in) : value instanceof Thunk thunk ? thunk.known() : value;
        return known instanceof NixString string ? string.bytes : null;
    }

    /** Attributes of XML stand in the order of their names: {@code name} before {@code path}. */
    private String place(@Nullable Pos position, String name) {
        if (!places || position == null) {
            return name;
        }
        Source source = position.source();
        return " column=\"" + source.column(position.offset()) + "\" line=\"" + source.line(position.offset()) + "\""
                + name + (source.isFile ? " path=\"" + escaped(source.name) + "\"" : "");
    }

    private void function(LambdaExpr lambda, int indent) {
        Symbol argument = lambda.argument();
        LambdaExpr.Formal[] formals = lambda.formals;
        if (formals == null) {
            line(indent, "<varpat name=\"" + (argument == null ? "" : escaped(argument.name)) + "\" />");
            return;
        }
        String attributes = (lambda.ellipsis ? " ellipsis=\"1\"" : "")
                + (argument == null ? "" : " name=\"" + escaped(argument.name) + "\"");
        LambdaExpr.Formal[] sorted = formals.clone();
        Arrays.sort(sorted, Comparator.comparing(f -> f.name.name));
        line(indent, "<attrspat" + attributes + ">");
        for (LambdaExpr.Formal formal : sorted) {
            line(indent + 1, "<attr name=\"" + escaped(formal.name.name) + "\" />");
        }
        line(indent, "</attrspat>");
    }

    private static String escaped(String bytes) {
        StringBuilder escaped = new StringBuilder(bytes.length());
        for (int i = 0; i < bytes.length(); i++) {
            char c = bytes.charAt(i);
            switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\n' -> escaped.append("&#xA;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
