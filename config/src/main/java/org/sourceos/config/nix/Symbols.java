package org.sourceos.config.nix;

import java.util.HashMap;
import java.util.Map;

/** All names of one evaluator. */
final class Symbols {
    private final Map<String, Symbol> byName = new HashMap<>();

    {
        for (String known : SymbolOrder.known()) {
            of(known);
        }
    }

    final Symbol name = of("name");
    final Symbol value = of("value");
    final Symbol type = of("type");
    final Symbol kind = of("_type");
    final Symbol outPath = of("outPath");
    final Symbol drvPath = of("drvPath");
    final Symbol toStringMethod = of("__toString");
    final Symbol functor = of("__functor");
    final Symbol functionArgs = of("__functionArgs");
    final Symbol body = of("body");
    final Symbol or = of("or");
    final Symbol file = of("file");
    final Symbol line = of("line");
    final Symbol column = of("column");
    final Symbol path = of("path");
    final Symbol prefix = of("prefix");
    final Symbol key = of("key");
    final Symbol startSet = of("startSet");
    final Symbol operator = of("operator");
    final Symbol right = of("right");
    final Symbol wrong = of("wrong");
    final Symbol success = of("success");
    final Symbol version = of("version");
    final Symbol curPos = of("__curPos");
    final Symbol sub = of("__sub");
    final Symbol mul = of("__mul");
    final Symbol div = of("__div");
    final Symbol lessThan = of("__lessThan");
    final Symbol findFile = of("__findFile");
    final Symbol nixPath = of("__nixPath");

    Symbol of(String name) {
        Symbol known = byName.get(name);
        if (known == null) {
            known = new Symbol(name, byName.size());
            byName.put(name, known);
        }
        return known;
    }
}
