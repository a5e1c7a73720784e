package org.sourceos.config.nix;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code builtins.toXML}. */
final class XmlText {
    private final Interp in;
    private final StringBuilder out = new StringBuilder();
    private final Set<String> derivations = new HashSet<>();
    private Context context = Context.NONE;

    private XmlText(Interp in) {
        this.in = in;
    }

    static NixString string(Interp in, NixValue value) {
        XmlText text = new XmlText(in);
        text.out.append("<?xml version='1.0' encoding='utf-8'?>\n<expr>\n");
        text.value(value, 1);
        text.out.append("</expr>\n");
        return new NixString(text.out.toString(), text.context);
    }

    private void line(int indent, String content) {
        out.append("  ".repeat(indent)).append(content).append('\n');
    }

    private void value(NixValue raw, int indent) {
        in.step();
        in.reserveText(out);
        in.enter(null);
        NixValue value = raw.force(in);
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
            for (NixValue element : list.elements) {
                value(element, indent + 1);
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
            line(indent, "<function>");
            function(closure.lambda, indent + 1);
            line(indent, "</function>");
        } else {
            line(indent, "<unevaluated />");
        }
        in.leave();
    }

    private void attributes(NixAttrs attrs, int indent) {
        for (int index : attrs.shape.byName()) {
            line(indent, "<attr name=\"" + escaped(attrs.shape.keys[index].name) + "\">");
            value(attrs.values[index], indent + 1);
            line(indent, "</attr>");
        }
    }

    /** Each derivation once: they refer to each other, and to themselves. */
    private void derivation(NixAttrs attrs, int indent) {
        NixValue drvPath = attrs.findForced(in, in.symbols.drvPath);
        NixValue outPath = attrs.findForced(in, in.symbols.outPath);
        line(indent, "<derivation" + attribute("drvPath", drvPath) + attribute("outPath", outPath) + ">");
        if (drvPath instanceof NixString path && !path.bytes.isEmpty() && derivations.add(path.bytes)) {
            attributes(attrs, indent + 1);
        } else {
            line(indent + 1, "<repeated />");
        }
        line(indent, "</derivation>");
    }

    private static String attribute(String name, @Nullable NixValue value) {
        return value instanceof NixString string ? " " + name + "=\"" + escaped(string.bytes) + "\"" : "";
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
