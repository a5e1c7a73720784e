package org.sourceos.config.nix;

/** A node of the tree: evaluates itself. */
abstract class Expr {
    final Source source;
    final int offset;

    Expr(Source source, int offset) {
        this.source = source;
        this.offset = offset;
    }

    /** The value, to its outermost constructor. */
    abstract NixValue eval(Interp in, Env env);

    /** The value for later: itself where that costs nothing, otherwise a thunk. */
    NixValue delay(Interp in, Env env) {
        return new Thunk(this, env);
    }

    /** Binds the variables in it to slots; the node that takes its place. */
    abstract Expr bind(Scope scope);

    /** As {@code nix-instantiate --parse} writes it. */
    abstract void show(Shower out);

    /** Gives a lambda the name it is assigned to. */
    void named(Symbol name) {}

    final Pos pos() {
        return new Pos(source, offset);
    }

    boolean evalBool(Interp in, Env env) {
        NixValue value = eval(in, env);
        if (value instanceof NixBool bool) {
            return bool.value();
        }
        throw in.expected("a Boolean", value).at(this);
    }
}
