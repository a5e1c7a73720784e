package org.sourceos.config.nix;

/** {@code [ a b ]}. */
final class ListExpr extends Expr {
    private final Expr[] elements;

    ListExpr(Source source, int offset, Expr[] elements) {
        super(source, offset);
        this.elements = elements;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        if (elements.length == 0) {
            return NixList.EMPTY;
        }
        NixValue[] values = new NixValue[elements.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = elements[i].delay(in, env);
        }
        return NixList.of(values);
    }

    @Override
    NixValue delay(Interp in, Env env) {
        return elements.length == 0 ? NixList.EMPTY : new Thunk(this, env);
    }

    @Override
    Expr bind(Scope scope) {
        for (int i = 0; i < elements.length; i++) {
            elements[i] = elements[i].bind(scope);
        }
        return this;
    }

    @Override
    void show(Shower out) {
        out.text("[ ");
        for (Expr element : elements) {
            out.text("(").expr(element).text(") ");
        }
        out.text("]");
    }
}
