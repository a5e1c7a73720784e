package org.sourceos.config.nix;

import org.jspecify.annotations.Nullable;

/** {@code a + b}, {@code "a${b}"} and {@code ./a${b}}. */
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
        if (!string) {
            NixValue first = parts[0].eval(in, env);
            if (first instanceof NixInt || first instanceof NixFloat) {
                return sum(in, env, first);
            }
            if (first instanceof NixPath path) {
                return path(in, env, path);
            }
            return concat(in, env, first);
        }
        return concat(in, env, null);
    }

    private NixValue sum(Interp in, Env env, NixValue first) {
        NixValue total = first;
        for (int i = 1; i < parts.length; i++) {
            NixValue next = parts[i].eval(in, env);
            if (!(next instanceof NixInt) && !(next instanceof NixFloat)) {
                throw new EvalError(
                                EvalError.Kind.TYPE,
                                "cannot add " + next.typeWithArticle() + " to " + total.typeWithArticle())
                        .at(parts[i]);
            }
            try {
                total = Arithmetic.add(in, total, next);
            } catch (EvalError e) {
                throw e.at(this);
            }
        }
        return total;
    }

    private NixValue path(Interp in, Env env, NixPath first) {
        StringBuilder whole = new StringBuilder(first.bytes);
        for (int i = 1; i < parts.length; i++) {
            NixString next = coerced(in, parts[i].eval(in, env), i, false);
            if (!next.context.isEmpty()) {
                throw new EvalError(
                                EvalError.Kind.TYPE,
                                "a string that refers to a store path cannot be appended to a path")
                        .at(this);
            }
            whole.append(next.bytes);
        }
        return new NixPath(NixPath.canonical("/", whole.toString()));
    }

    private NixValue concat(Interp in, Env env, @Nullable NixValue first) {
        if (parts.length == 2) {
            NixString a = coerced(in, first != null ? first : parts[0].eval(in, env), 0, true);
            NixString b = coerced(in, parts[1].eval(in, env), 1, true);
            in.reserve(a.bytes.length() + b.bytes.length());
            return new NixString(a.bytes.concat(b.bytes), a.context.with(b.context));
        }
        StringBuilder whole = new StringBuilder();
        Context context = Context.NONE;
        for (int i = 0; i < parts.length; i++) {
            NixString next = coerced(in, i == 0 && first != null ? first : parts[i].eval(in, env), i, true);
            in.reserve(next.bytes.length());
            whole.append(next.bytes);
            context = context.with(next.context);
        }
        return new NixString(whole.toString(), context);
    }

    private NixString coerced(Interp in, NixValue value, int index, boolean toStore) {
        if (value instanceof NixString string) {
            return string;
        }
        try {
            return in.coerceToString(value, false, toStore);
        } catch (EvalError e) {
            throw e.at(parts[index]);
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
