package org.sourceos.config.nix;

import org.jspecify.annotations.Nullable;

/** {@code a.b.c} and {@code a.b.c or d}. */
final class SelectExpr extends Expr {
    private Expr subject;
    private final AttrName[] path;
    private @Nullable Expr fallback;

    SelectExpr(Source source, int offset, Expr subject, AttrName[] path, @Nullable Expr fallback) {
        super(source, offset);
        this.subject = subject;
        this.path = path;
        this.fallback = fallback;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        NixValue value = subject.eval(in, env);
        for (int i = 0; i < path.length; i++) {
            Symbol name = path[i].resolve(in, env);
            if (!(value instanceof NixAttrs attrs)) {
                if (fallback != null) {
                    return fallback.eval(in, env);
                }
                throw in.expected("a set", value).at(i == 0 ? subject : path[i - 1].expr());
            }
            int index = path[i].indexIn(attrs.shape, name);
            if (index < 0) {
                if (fallback != null) {
                    return fallback.eval(in, env);
                }
                throw in.missing(name, attrs).at(path[i].expr());
            }
            value = attrs.values[index];
            if (value instanceof Thunk) {
                try {
                    value = attrs.at(in, index);
                } catch (EvalError e) {
                    if (e.kind == EvalError.Kind.RECURSION) {
                        e.at(path[i].expr());
                    }
                    e.addFrame("while evaluating the attribute '" + pathText() + "'", this);
                    throw e;
                }
            }
        }
        return value;
    }

    private String pathText() {
        Shower out = new Shower();
        AttrName.show(out, path);
        return out.toString();
    }

    @Override
    Expr bind(Scope scope) {
        subject = subject.bind(scope);
        for (AttrName name : path) {
            name.bind(scope);
        }
        if (fallback != null) {
            fallback = fallback.bind(scope);
        }
        return this;
    }

    @Override
    void show(Shower out) {
        out.text("(").expr(subject).text(").");
        AttrName.show(out, path);
        if (fallback != null) {
            out.text(" or (").expr(fallback).text(")");
        }
    }
}
