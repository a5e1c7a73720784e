package org.sourceos.config.nix;

/** A function that is part of the language. */
final class Builtin extends NixFunction {
    /** The place of what no text says. */
    static final Source NOWHERE = new Source("«none»", "/", "", false, false);

    /** What a builtin does with all its arguments; they are not evaluated yet. */
    @FunctionalInterface
    interface Body {
        NixValue call(Interp in, NixValue[] arguments, Expr site);
    }

    private final String name;
    private final int arity;
    private final Body body;

    Builtin(String name, int arity, Body body) {
        this.name = name;
        this.arity = arity;
        this.body = body;
    }

    String name() {
        return name;
    }

    int arity() {
        return arity;
    }

    NixValue call(Interp in, NixValue[] arguments, Expr site) {
        try {
            return body.call(in, arguments, site);
        } catch (EvalError e) {
            e.at(site);
            if (!name.equals("addErrorContext")) {
                e.addFrame("while calling the '" + name + "' builtin", site);
            }
            throw e;
        }
    }

    @Override
    public String typeWithArticle() {
        return "the built-in function '" + name + "'";
    }
}
