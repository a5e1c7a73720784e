package org.sourceos.config.nix;

/** {@code a ? b.c}. */
final class HasAttrExpr extends Expr {
    private Expr subject;
    private final AttrName[] path;

    HasAttrExpr(Source source, int offset, Expr subject, AttrName[] path) {
        super(source, offset);
        this.subject = subject;
        this.path = path;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        return NixBool.of(evalBool(in, env));
    }

    @Override
    boolean evalBool(Interp in, Env env) {
        NixValue value = subject.eval(in, env);
        for (int i = 0; ; i++) {
            Symbol name = path[i].resolve(in, env);
            if (!(value instanceof NixAttrs attrs)) {
                return false;
            }
            int index = path[i].indexIn(attrs.shape, name);
            if (index < 0) {
                return false;
            }
            if (i == path.length - 1) {
                return true;
            }
            value = attrs.at(in, index);
        }
    }

    @Override
    Expr bind(Scope scope) {
        subject = subject.bind(scope);
        for (AttrName name : path) {
            name.bind(scope);
        }
        return this;
    }

    @Override
    void show(Shower out) {
        out.text("((").expr(subject).text(") ? ");
        AttrName.show(out, path);
        out.text(")");
    }
}
