package org.sourceos.config.nix;

/** A builtin with some of its arguments. */
final class PartialBuiltin extends NixFunction {
    final Builtin builtin;
    final NixValue[] arguments;

    PartialBuiltin(Builtin builtin, NixValue[] arguments) {
        this.builtin = builtin;
        this.arguments = arguments;
    }

    @Override
    public String typeWithArticle() {
        return "the partially applied built-in function '" + builtin.name() + "'";
    }
}
