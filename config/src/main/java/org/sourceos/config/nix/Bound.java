package org.sourceos.config.nix;

import java.util.HashMap;
import java.util.Map;

/** The tree of a text, and the environment with the variables it was bound to. */
record Bound(Expr expr, Env env) {
    /** Reads a text in which further variables are visible, by their names in Unicode. */
    static Bound of(Interp in, Source source, Map<String, NixValue> variables) {
        Map<Symbol, Integer> slots = new HashMap<>();
        NixValue[] values = new NixValue[variables.size()];
        variables.forEach((name, value) -> {
            int slot = slots.size();
            slots.put(in.symbols.of(Bytes.of(name)), slot);
            values[slot] = value;
        });
        return new Bound(in.parse(source, in.rootScope().inner(slots)), new Env.Slots(Env.ROOT, values));
    }

    NixValue eval(Interp in) {
        return expr.eval(in, env);
    }

    NixValue delay(Interp in) {
        return expr.delay(in, env);
    }
}
