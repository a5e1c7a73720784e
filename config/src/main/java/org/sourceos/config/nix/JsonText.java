package org.sourceos.config.nix;

/** Values as JSON, on one line, names in the order of their bytes. */
final class JsonText {
    private final Interp in;
    private final PathStyle paths;
    private final boolean forcing;
    private final StringBuilder out = new StringBuilder();
    private Context context = Context.NONE;

    /** What a path becomes. */
    interface PathStyle {
        NixString text(Interp in, NixPath path);
    }

    private JsonText(Interp in, PathStyle paths, boolean forcing) {
        this.in = in;
        this.paths = paths;
        this.forcing = forcing;
    }

    /** {@code builtins.toJSON}. */
    static NixString string(Interp in, NixValue value) {
        return string(in, value, StorePaths::ofPath);
    }

    static NixString string(Interp in, NixValue value, PathStyle paths) {
        JsonText text = new JsonText(in, paths, true);
        text.value(value);
        return new NixString(text.out.toString(), text.context);
    }

    /** {@code nix-instantiate --json}: without {@code --strict}, what is not evaluated is an error. */
    static String instantiated(Interp in, NixValue value, boolean strict) {
        JsonText text = new JsonText(in, StorePaths::ofPath, strict);
        text.value(value.force(in));
        return text.out.toString();
    }

    private void value(NixValue raw) {
        in.step();
        in.reserveText(out);
        NixValue value = forcing || !(raw instanceof Thunk thunk) ? raw.force(in) : known(thunk);
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

    private static NixValue known(Thunk thunk) {
        NixValue value = thunk.known();
        if (value == null) {
            String what = thunk.isCall() ? "a function application" : "a thunk";
            throw new EvalError(EvalError.Kind.TYPE, "cannot convert " + what + " to JSON");
        }
        return value;
    }

    private void list(NixList list) {
        in.enter(null);
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            value(list.get(i));
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
                boolean isPackage = in.settings.dialect() && isPackage(attrs);
                for (int index : attrs.shape.byName()) {
                    if (isPackage && attrs.values[index] instanceof NixFunction) {
                        continue;
                    }
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

    /** Of a package of the catalogue only what it is is written, not what can be done with it. */
    private boolean isPackage(NixAttrs attrs) {
        return attrs.findForced(in, in.symbols.kind) instanceof NixString kind && kind.bytes.equals("package");
    }

    private void text(NixString string) {
        context = context.with(string.context);
        quoted(string.bytes);
    }

    private void quoted(String bytes) {
        int wrong = Utf8.firstWrong(bytes);
        if (wrong >= 0) {
            boolean cut = wrong == bytes.length();
            throw new EvalError(
                    EvalError.Kind.OTHER,
                    "JSON serialization error: [json.exception.type_error.316] "
                            + (cut ? "incomplete UTF-8 string; last byte" : "invalid UTF-8 byte at index " + wrong)
                            + ": 0x" + String.format("%02X", (int) bytes.charAt(cut ? wrong - 1 : wrong)));
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
