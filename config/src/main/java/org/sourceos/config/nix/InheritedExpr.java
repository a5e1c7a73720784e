package org.sourceos.config.nix;

/** What {@code inherit (x) a} defines {@code a} as: an attribute of a hidden variable. */
final class InheritedExpr extends Expr {
    final int slot;
    private final Symbol name;

    InheritedExpr(Source source, int offset, int slot, Symbol name) {
        super(source, offset);
        this.slot = slot;
        this.name = name;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        NixValue value = ((Env.Slots) env).values[slot].force(in);
        if (!(value instanceof NixAttrs attrs)) {
            throw in.expected("a set", value).at(this);
        }
        NixValue found = attrs.findForced(in, name);
        if (found == null) {
            throw in.missing(name, attrs).at(this);
        }
        return found;
    }

    @Override
    Expr bind(Scope scope) {
        return this;
    }

    @Override
    void show(Shower out) {
        out.name(name.name);
    }
}
