package org.sourceos.config.nix;

import java.util.function.Predicate;

/** What type a value has. */
final class TypeBuiltins {
    private TypeBuiltins() {}

    static void define(Globals to) {
        to.function("typeOf", 1, (in, a, site) -> new NixString(a[0].force(in).typeName()));
        is(to, "isAttrs", v -> v instanceof NixAttrs);
        is(to, "isBool", v -> v instanceof NixBool);
        is(to, "isFloat", v -> v instanceof NixFloat);
        is(to, "isFunction", v -> v instanceof NixFunction);
        is(to, "isInt", v -> v instanceof NixInt);
        is(to, "isList", v -> v instanceof NixList);
        is(to, "isNull", v -> v instanceof NixNull);
        is(to, "isPath", v -> v instanceof NixPath);
        is(to, "isString", v -> v instanceof NixString);
    }

    private static void is(Globals to, String name, Predicate<NixValue> test) {
        to.function(name, 1, (in, a, site) -> NixBool.of(test.test(a[0].force(in))));
    }
}
