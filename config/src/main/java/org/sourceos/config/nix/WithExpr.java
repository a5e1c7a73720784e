package org.sourceos.config.nix;

/** {@code with a; b}. */
final class WithExpr extends Expr {
    private Expr attrs;
    private Expr body;

    WithExpr(Source source, int offset, Expr attrs, Expr body) {
        super(source, offset);
        this.attrs = attrs;
        this.body = body;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        return body.eval(in, new Env.Single(env, attrs.delay(in, env)));
    }

    @Override
    Expr bind(Scope scope) {
        attrs = new WithSetExpr(attrs.bind(scope));
        body = body.bind(scope.with());
        return this;
    }

    @Override
    void show(Shower out) {
        out.text("(with ").expr(attrs).text("; ").expr(body).text(")");
    }

    /** The set of a {@code with}, which must be one. */
    private static final class WithSetExpr extends Expr {
        private final Expr attrs;

        WithSetExpr(Expr attrs) {
            super(attrs.source, attrs.offset);
            this.attrs = attrs;
        }

        @Override
        NixValue eval(Interp in, Env env) {
            NixValue value = attrs.eval(in, env);
            if (value instanceof NixAttrs) {
                return value;
            }
            throw in.expected("a set", value).at(this);
        }

        @Override
        Expr bind(Scope scope) {
            return this;
        }

        @Override
        void show(Shower out) {
            attrs.show(out);
        }
    }
}
