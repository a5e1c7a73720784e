package org.sourceos.config.nix;

/** There is no store: what would need one is refused with a reason. */
final class StorePaths {
    private StorePaths() {}

    static NixString ofPath(Interp in, NixPath path) {
        in.files.typeOfExisting(path.bytes);
        throw new EvalError(
                EvalError.Kind.UNSUPPORTED,
                "cannot copy '" + path.bytes + "' into a store: SourceOS has none; use toString to get the path's text,"
                        + " or give the path itself");
    }

    static EvalError unsupported(String what) {
        return new EvalError(
                EvalError.Kind.UNSUPPORTED,
                what + " is outside SourceOS's configuration language: it has no derivations, fetchers or store;"
                        + " programs are built from recipes (packages/NAME.source.toml)");
    }
}
