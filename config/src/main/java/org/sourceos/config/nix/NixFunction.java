package org.sourceos.config.nix;

/** Something that can be called: a lambda, a builtin, or a builtin that has not got all its arguments yet. */
public abstract sealed class NixFunction extends NixValue permits Closure, Builtin, PartialBuiltin {
    NixFunction() {}

    @Override
    public String typeName() {
        return "lambda";
    }
}
