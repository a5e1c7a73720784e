package org.sourceos.config.nix;

import java.util.Optional;

/** The names of what Nix has in its store. There is no store here: what would need one is refused with a reason. */
final class StorePaths {
    static final String STORE = "/nix/store";
    static final String DERIVATION = ".drv";

    private static final int HASH_LENGTH = 32;
    private static final int LONGEST_NAME = 211;

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

    /** Whether a text is {@code /nix/store/hash-name}, with nothing behind the name. */
    static boolean isStorePath(String text) {
        String prefix = STORE + "/";
        int name = prefix.length() + HASH_LENGTH + 1;
        if (!text.startsWith(prefix) || text.length() < name || text.charAt(name - 1) != '-') {
            return false;
        }
        for (int i = prefix.length(); i < name - 1; i++) {
            if (Hashes.NIX32.indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return nameComplaint(text.substring(name)).isEmpty();
    }

    /** What is wrong with the name of a store path. */
    static Optional<String> nameComplaint(String name) {
        if (name.isEmpty()) {
            return Optional.of("name must not be empty");
        }
        if (name.length() > LONGEST_NAME) {
            return Optional.of("name '" + name + "' must be no longer than " + LONGEST_NAME + " characters");
        }
        if (name.equals(".") || name.equals("..")) {
            return Optional.of("name '" + name + "' is not valid");
        }
        for (String first : new String[] {".", ".."}) {
            if (name.startsWith(first + "-")) {
                return Optional.of(
                        "name '" + name + "' is not valid: first dash-separated component must not be '" + first + "'");
            }
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letter && "+-._?=".indexOf(c) < 0) {
                return Optional.of("name '" + name + "' contains illegal character '" + c + "'");
            }
        }
        return Optional.empty();
    }
}
