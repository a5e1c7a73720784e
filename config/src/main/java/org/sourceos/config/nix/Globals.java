package org.sourceos.config.nix;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The names that are visible everywhere: {@code builtins}, and some of its attributes by themselves. */
final class Globals {
    /** The builtins that are visible without {@code builtins.}; all others are, with two underscores before. */
    private static final Set<String> UNPREFIXED = Set.of(
            "abort",
            "baseNameOf",
            "break",
            "builtins",
            "derivation",
            "derivationStrict",
            "dirOf",
            "false",
            "fetchGit",
            "fetchMercurial",
            "fetchTarball",
            "fromTOML",
            "import",
            "isNull",
            "map",
            "null",
            "placeholder",
            "removeAttrs",
            "scopedImport",
            "throw",
            "toString",
            "true");

    private final Interp in;
    private final AttrsBuilder builtins = new AttrsBuilder(128);

    private Globals(Interp in) {
        this.in = in;
    }

    /** Whether a builtin is visible without {@code builtins.} before its name. */
    static boolean isVisible(String builtin) {
        return UNPREFIXED.contains(builtin);
    }

    static void define(Interp in) {
        Globals globals = new Globals(in);
        globals.all();
    }

    private void all() {
        constant("true", NixBool.TRUE);
        constant("false", NixBool.FALSE);
        constant("null", NixNull.NULL);
        constant("langVersion", NixInt.of(6));
        constant("nixVersion", new NixString("2.34.8"));
        constant("storeDir", new NixString("/nix/store"));
        constant("nixPath", searchPath());
        in.settings.machine().system().ifPresent(s -> constant("currentSystem", new NixString(Bytes.of(s))));
        in.settings.machine().currentTime().ifPresent(t -> constant("currentTime", NixInt.of(t)));
        TypeBuiltins.define(this);
        NumberBuiltins.define(this);
        ListBuiltins.define(this);
        SetBuiltins.define(this);
        StringBuiltins.define(this);
        RegexBuiltins.define(this);
        ControlBuiltins.define(this);
        FileBuiltins.define(this);
        DataBuiltins.define(this);
        HashBuiltins.define(this);
        ContextBuiltins.define(this);
        StoreBuiltins.define(this);
        builtins.put(in.symbols.of("builtins"), NixNull.NULL);
        NixAttrs set = builtins.build();
        // The set holds itself.
        set.values[set.shape.find(in.symbols.of("builtins"))] = set;
        in.globals.put(in.symbols.of("builtins"), set);
    }

    private NixValue searchPath() {
        List<NixValue> entries = new ArrayList<>();
        for (EvalSettings.SearchPathEntry entry : in.settings.searchPath()) {
            entries.add(new AttrsBuilder(2)
                    .put(in.symbols.path, new NixString(Bytes.of(entry.path())))
                    .put(in.symbols.prefix, new NixString(Bytes.of(entry.prefix())))
                    .build());
        }
        return NixList.of(entries.toArray(new NixValue[0]));
    }

    void function(String name, int arity, Builtin.Body body) {
        constant(name, new Builtin(name, arity, body));
    }

    private void constant(String name, NixValue value) {
        builtins.put(in.symbols.of(name), value);
        in.globals.put(in.symbols.of(isVisible(name) ? name : "__" + name), value);
    }
}
