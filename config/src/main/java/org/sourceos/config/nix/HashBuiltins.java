package org.sourceos.config.nix;

import java.util.Base64;

/** Digests of strings and files. */
final class HashBuiltins {
    private HashBuiltins() {}

    static void define(Globals to) {
        to.function("hashString", 2, (in, a, site) -> {
            String algorithm = Args.plain(in, a[0]);
            Hashes.size(algorithm);
            return new NixString(Hashes.hex(Hashes.digest(algorithm, Args.string(in, a[1]).bytes)));
        });
        to.function("hashFile", 2, (in, a, site) -> {
            String algorithm = Args.plain(in, a[0]);
            Hashes.size(algorithm);
            String bytes = Bytes.of(in.files.read(FileBuiltins.path(in, a[1])));
            return new NixString(Hashes.hex(Hashes.digest(algorithm, bytes)));
        });
        to.function("convertHash", 1, HashBuiltins::convert);
    }

    private static NixValue convert(Interp in, NixValue[] a, Expr site) {
        NixAttrs attrs = Args.attrs(in, a[0]);
        String hash = Args.plain(in, Args.attribute(in, attrs, in.symbols.of("hash")));
        NixValue given = attrs.find(in.symbols.of("hashAlgo"));
        String algorithm = "";
        if (given != null) {
            algorithm = Args.plain(in, given);
            Hashes.size(algorithm);
        }
        String format = Args.plain(in, Args.attribute(in, attrs, in.symbols.of("toHashFormat")));
        if (!format.matches("base16|base32|nix32|base64|sri")) {
            throw new EvalError(
                    EvalError.Kind.OTHER,
                    "unknown hash format '" + format + "', expect 'base16', 'base32', 'base64', or 'sri'");
        }
        int colon = hash.indexOf(':');
        int dash = hash.indexOf('-');
        boolean sri = colon < 0 && dash >= 0;
        int end = colon >= 0 ? colon : sri ? dash : -1;
        String rest = hash.substring(end + 1);
        if (end >= 0) {
            String own = hash.substring(0, end);
            Hashes.size(own);
            if (!algorithm.isEmpty() && !algorithm.equals(own)) {
                throw new EvalError(EvalError.Kind.OTHER, "hash '" + hash + "' should have type '" + algorithm + "'");
            }
            algorithm = own;
        } else if (algorithm.isEmpty()) {
            throw new EvalError(
                    EvalError.Kind.OTHER,
                    "hash '" + hash + "' does not include a type, nor is the type otherwise known from context");
        }
        byte[] digest = sri ? Hashes.parseSri(rest, algorithm) : Hashes.parse(rest, algorithm);
        return new NixString(
                switch (format) {
                    case "base16" -> Hashes.hex(digest);
                    case "base64" -> Base64.getEncoder().encodeToString(digest);
                    case "sri" -> algorithm + "-" + Base64.getEncoder().encodeToString(digest);
                    default -> Hashes.nix32(digest);
                });
    }
}
