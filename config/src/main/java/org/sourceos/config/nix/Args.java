package org.sourceos.config.nix;

/** A builtin's arguments, evaluated and of the type it needs. */
final class Args {
    private Args() {}

    static NixList list(Interp in, NixValue argument) {
        NixValue value = argument.force(in);
        if (value instanceof NixList list) {
            return list;
        }
        throw in.expected("a list", value);
    }

    static NixAttrs attrs(Interp in, NixValue argument) {
        NixValue value = argument.force(in);
        if (value instanceof NixAttrs attrs) {
            return attrs;
        }
        throw in.expected("a set", value);
    }

    static long integer(Interp in, NixValue argument) {
        NixValue value = argument.force(in);
        if (value instanceof NixInt number) {
            return number.value();
        }
        throw in.expected("an integer", value);
    }

    static double number(Interp in, NixValue argument) {
        return Arithmetic.number(in, argument.force(in));
    }

    static boolean bool(Interp in, NixValue argument) {
        NixValue value = argument.force(in);
        if (value instanceof NixBool bool) {
            return bool.value();
        }
        throw in.expected("a Boolean", value);
    }

    static NixString string(Interp in, NixValue argument) {
        NixValue value = argument.force(in);
        if (value instanceof NixString string) {
            return string;
        }
        throw in.expected("a string", value);
    }

    /** The bytes of a string that mentions no store path. */
    static String plain(Interp in, NixValue argument) {
        NixString string = string(in, argument);
        in.noContext(string, null);
        return string.bytes;
    }

    /** Something that can be called, a set with {@code __functor} included. */
    static NixValue function(Interp in, NixValue argument) {
        NixValue value = argument.force(in);
        if (value instanceof NixFunction || (value instanceof NixAttrs attrs && attrs.has(in.symbols.functor))) {
            return value;
        }
        throw in.expected("a function", value);
    }

    /** The text of a string, of a set that has one, or of a path (for which the store would have to hold it). */
    static NixString coerced(Interp in, NixValue argument) {
        return in.coerceToString(argument.force(in), false, true);
    }

    /** An attribute a builtin needs. */
    static NixValue attribute(Interp in, NixAttrs attrs, Symbol name) {
        NixValue value = attrs.find(name);
        if (value == null) {
            throw in.missing(name, attrs);
        }
        return value;
    }
}
