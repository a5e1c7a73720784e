package org.sourceos.config.nix;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Strings that mention store paths. */
final class ContextBuiltins {
    private static final String STORE = "/nix/store/";

    private ContextBuiltins() {}

    static void define(Globals to) {
        to.function(
                "hasContext",
                1,
                (in, a, site) -> NixBool.of(!Args.string(in, a[0]).context.isEmpty()));
        to.function("unsafeDiscardStringContext", 1, (in, a, site) -> new NixString(Args.coerced(in, a[0]).bytes));
        to.function("unsafeDiscardOutputDependency", 1, (in, a, site) -> {
            NixString string = Args.coerced(in, a[0]);
            SortedSet<String> plain = new TreeSet<>();
            for (String element : string.context.elements) {
                plain.add(element.startsWith("=") ? element.substring(1) : element);
            }
            return new NixString(string.bytes, Context.of(plain));
        });
        to.function("addDrvOutputDependencies", 1, (in, a, site) -> {
            NixString string = Args.coerced(in, a[0]);
            int size = string.context.elements.size();
            if (size != 1) {
                throw new EvalError(
                        EvalError.Kind.OTHER,
                        "context of string '" + string.bytes + "' must have exactly one element, but has " + size);
            }
            String element = string.context.elements.first();
            if (element.startsWith("!")) {
                throw new EvalError(
                        EvalError.Kind.OTHER,
                        "`addDrvOutputDependencies` can only act on derivations, not on a derivation output such as '"
                                + element.substring(1, element.indexOf('!', 1)) + "'");
            }
            String path = Contexts.shownPath(element);
            if (!path.endsWith(".drv")) {
                throw new EvalError(EvalError.Kind.OTHER, "path '" + path + "' is not a derivation");
            }
            return new NixString(string.bytes, Context.NONE.with("=" + path));
        });
        to.function("getContext", 1, ContextBuiltins::get);
        to.function("appendContext", 2, ContextBuiltins::append);
    }

    private static NixValue get(Interp in, NixValue[] a, Expr site) {
        NixString string = Args.string(in, a[0]);
        TreeMap<String, TreeSet<String>> outputs = new TreeMap<>();
        SortedSet<String> paths = new TreeSet<>();
        SortedSet<String> all = new TreeSet<>();
        for (String element : string.context.elements) {
            String path = Contexts.shownPath(element);
            outputs.computeIfAbsent(path, p -> new TreeSet<>());
            if (element.startsWith("=")) {
                all.add(path);
            } else if (element.startsWith("!")) {
                outputs.get(path).add(element.substring(1, element.indexOf('!', 1)));
            } else {
                paths.add(path);
            }
        }
        AttrsBuilder result = new AttrsBuilder(outputs.size());
        outputs.forEach((path, names) -> {
            AttrsBuilder entry = new AttrsBuilder(3);
            if (paths.contains(path)) {
                entry.put(in.symbols.path, NixBool.TRUE);
            }
            if (all.contains(path)) {
                entry.put(in.symbols.of("allOutputs"), NixBool.TRUE);
            }
            if (!names.isEmpty()) {
                List<NixValue> list = new ArrayList<>();
                names.forEach(name -> list.add(new NixString(name)));
                entry.put(in.symbols.of("outputs"), NixList.of(list.toArray(new NixValue[0])));
            }
            result.put(in.symbols.of(path), entry.build());
        });
        return result.build();
    }

    private static NixValue append(Interp in, NixValue[] a, Expr site) {
        NixString string = Args.string(in, a[0]);
        NixAttrs added = Args.attrs(in, a[1]);
        Context context = string.context;
        for (int index : added.shape.byName()) {
            String path = added.shape.keys[index].name;
            if (!path.startsWith(STORE)) {
                throw new EvalError(EvalError.Kind.OTHER, "context key '" + path + "' is not a store path");
            }
            NixAttrs entry = Args.attrs(in, added.values[index]);
            NixValue isPath = entry.find(in.symbols.path);
            if (isPath != null && Args.bool(in, isPath)) {
                context = context.with(path);
            }
            NixValue every = entry.find(in.symbols.of("allOutputs"));
            if (every != null && Args.bool(in, every)) {
                if (!path.endsWith(".drv")) {
                    throw notDerivation("tried to add all-outputs context of " + path);
                }
                context = context.with("=" + path);
            }
            NixValue outputs = entry.find(in.symbols.of("outputs"));
            if (outputs != null) {
                NixList names = Args.list(in, outputs);
                if (names.size() > 0 && !path.endsWith(".drv")) {
                    throw notDerivation("tried to add derivation output context of " + path);
                }
                for (NixValue name : names.elements) {
                    context = context.with("!" + Args.plain(in, name) + "!" + path);
                }
            }
        }
        return new NixString(string.bytes, context);
    }

    private static EvalError notDerivation(String what) {
        return new EvalError(EvalError.Kind.OTHER, what + ", which is not a derivation, to a string");
    }
}
