package org.sourceos.config.nix;

/**
 * A value of the language, perhaps not evaluated yet: {@link Evaluator#force} gives one that is, to the outermost
 * constructor. Belongs to the {@link Evaluator} that made it and is not for two threads at once.
 */
public abstract sealed class NixValue
        permits NixInt, NixFloat, NixBool, NixNull, NixString, NixPath, NixList, NixAttrs, NixFunction, Thunk {
    NixValue() {}

    /** Evaluated to the outermost constructor. */
    NixValue force(Interp in) {
        return this;
    }

    /** As {@code builtins.typeOf} says it. */
    public abstract String typeName();

    /** The type with its article, as error messages say it: {@code a set}, {@code an integer}. */
    public abstract String typeWithArticle();
}
