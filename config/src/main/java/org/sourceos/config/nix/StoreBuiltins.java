package org.sourceos.config.nix;

/** What Nix has for derivations, fetchers, flakes and the store: refused, by name. */
final class StoreBuiltins {
    private StoreBuiltins() {}

    static void define(Globals to) {
        String[] ofOne = {
            "derivation",
            "derivationStrict",
            "fetchGit",
            "fetchMercurial",
            "fetchTarball",
            "fetchurl",
            "flakeRefToString",
            "getFlake",
            "parseFlakeRef",
            "path",
            "storePath",
        };
        for (String name : ofOne) {
            to.function(name, 1, (in, a, site) -> {
                throw StorePaths.unsupported("builtins." + name);
            });
        }
        for (String name : new String[] {"filterSource", "toFile"}) {
            to.function(name, 2, (in, a, site) -> {
                throw StorePaths.unsupported("builtins." + name);
            });
        }
        to.function("placeholder", 1, (in, a, site) -> {
            String output = Args.plain(in, a[0]);
            return new NixString("/" + Hashes.nix32(Hashes.digest("sha256", "nix-output:" + output)));
        });
    }
}
