package org.sourceos.config.nix;

/** {@code "a${b}"} and {@code ./a${b}}. */
final class ConcatExpr extends Expr {
    private final Expr[] parts;
    /** Whether it is a string whatever its parts are. */
    private final boolean string;

    ConcatExpr(Source source, int offset, boolean string, Expr... parts) {
        super(source, offset);
        this.string = string;
        this.parts = parts;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        NixValue first = parts[0].eval(in, env);
        return !string && first instanceof NixPath path ? path(in, env, path) : string(in, env, first);
    }

    private NixValue path(Interp in, Env env, NixPath first) {
        StringBuilder whole = new StringBuilder(first.bytes);
        for (int i = 1; i < parts.length; i++) {
            whole.append(pathPiece(in, parts[i].eval(in, env), parts[i], this));
        }
        return new NixPath(NixPath.canonical("/", whole.toString()));
    }

    private NixValue string(Interp in, Env env, NixValue first) {
        NixString start = piece(in, first, parts[0]);
        if (parts.length == 2) {
            return concat(in, start, piece(in, parts[1].eval(in, env), parts[1]));
        }
        in.reserve(start.bytes.length());
        StringBuilder whole = new StringBuilder(start.bytes);
        Context context = start.context;
        for (int i = 1; i < parts.length; i++) {
            NixString next = piece(in, parts[i].eval(in, env), parts[i]);
            in.reserve(next.bytes.length());
            whole.append(next.bytes);
            context = context.with(next.context);
        }
        return new NixString(whole.toString(), context);
    }

    static NixString concat(Interp in, NixString a, NixString b) {
        in.reserve(a.bytes.length() + b.bytes.length());
        return new NixString(a.bytes.concat(b.bytes), a.context.with(b.context));
    }

    /** The text of a value that becomes part of a string. */
    static NixString piece(Interp in, NixValue value, Expr part) {
        return value instanceof NixString string ? string : coerced(in, value, part, true);
    }

    /** The text of a value that is put to the end of a path. */
    static String pathPiece(Interp in, NixValue value, Expr part, Expr whole) {
        NixString text = coerced(in, value, part, false);
        if (!text.context.isEmpty()) {
            throw new EvalError(
                            EvalError.Kind.TYPE, "a string that refers to a store path cannot be appended to a path")
                    .at(whole);
        }
        return text.bytes;
    }

    private static NixString coerced(Interp in, NixValue value, Expr part, boolean toStore) {
        try {
            return in.coerceToString(value, false, toStore);
        } catch (EvalError e) {
            throw e.at(part);
        }
    }

    @Override
    Expr bind(Scope scope) {
        for (int i = 0; i < parts.length; i++) {
            parts[i] = parts[i].bind(scope);
        }
        return this;
    }

    @Override
    void show(Shower out) {
        String separator = "(";
        for (Expr part : parts) {
            out.text(separator).expr(part);
            separator = " + ";
        }
        out.text(")");
    }
}
