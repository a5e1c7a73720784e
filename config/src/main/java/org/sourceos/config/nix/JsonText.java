package org.sourceos.config.nix;

/** Values as JSON, on one line, names in the order of their bytes. */
final class JsonText {
    private final Interp in;
    private final PathStyle paths;
    private final StringBuilder out = new StringBuilder();
    private Context context = Context.NONE;

    /** What a path becomes. */
    interface PathStyle {
        NixString text(Interp in, NixPath path);
    }

    private JsonText(Interp in, PathStyle paths) {
        this.in = in;
        this.paths = paths;
    }

    /** {@code builtins.toJSON}. */
    static NixString string(Interp in, NixValue value) {
        return string(in, value, StorePaths::ofPath);
    }

    static NixString string(Interp in, NixValue value, PathStyle paths) {
        JsonText text = new JsonText(in, paths);
        text.value(value);
        return new NixString(text.out.toString(), text.context);
    }

    private void value(NixValue raw) {
        in.step();
        in.reserveText(out);
        NixValue value = raw.force(in);
        if (value instanceof NixInt number) {
            out.append(number.value());
        } else if (value instanceof NixFloat number) {
            boolean finite = Double.isFinite(number.value());
            out.append(finite ? Numbers.shortest(number.value()) : "null");
        } else if (value instanceof NixBool bool) {
            out.append(bool.value());
        } else if (value instanceof NixNull) {
            out.append("null");
        } else if (value instanceof NixString string) {
            text(string);
        } else if (value instanceof NixPath path) {
            text(paths.text(in, path));
        } else if (value instanceof NixList list) {
            list(list);
        } else if (value instanceof NixAttrs attrs) {
            attrs(attrs);
        } else {
            throw new EvalError(EvalError.Kind.TYPE, "cannot convert " + value.typeWithArticle() + " to JSON");
        }
    }

    private void list(NixList list) {
        in.enter(null);
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            value(list.elements[i]);
        }
        out.append(']');
        in.leave();
    }

    private void attrs(NixAttrs attrs) {
        in.enter(null);
        if (attrs.has(in.symbols.toStringMethod)) {
            text(in.coerceToString(attrs, false, true));
        } else {
            NixValue outPath = attrs.find(in.symbols.outPath);
            if (outPath != null) {
                value(outPath);
            } else {
                out.append('{');
                String separator = "";
                for (int index : attrs.shape.byName()) {
                    out.append(separator);
                    quoted(attrs.shape.keys[index].name);
                    out.append(':');
                    try {
                        value(attrs.values[index]);
                    } catch (EvalError e) {
                        e.at(attrs.shape.positions[index]);
                        throw e;
                    }
                    separator = ",";
                }
                out.append('}');
            }
        }
        in.leave();
    }

    private void text(NixString string) {
        context = context.with(string.context);
        quoted(string.bytes);
    }

    private void quoted(String bytes) {
        int wrong = Utf8.firstWrong(bytes);
        if (wrong >= 0) {
            throw new EvalError(
                    EvalError.Kind.OTHER,
                    "JSON serialization error: [json.exception.type_error.316] invalid UTF-8 byte at index " + wrong
                            + ": 0x" + String.format("%02X", (int) bytes.charAt(wrong)));
        }
        out.append('"');
        if (isPlain(bytes)) {
            out.append(bytes);
        } else {
            escaped(bytes);
        }
        out.append('"');
    }

    /** Whether nothing in it needs an escape: so it is with nearly all strings. */
    private static boolean isPlain(String bytes) {
        for (int i = 0; i < bytes.length(); i++) {
            char c = bytes.charAt(i);
            if (c < 0x20 || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    private void escaped(String bytes) {
        for (int i = 0; i < bytes.length(); i++) {
            char c = bytes.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
    }
}
