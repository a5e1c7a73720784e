package org.sourceos.config.nix;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Strings that mention store paths. */
final class ContextBuiltins {
    private ContextBuiltins() {}

    static void define(Globals to) {
        to.function(
                "hasContext",
                1,
                (in, a, site) -> NixBool.of(!Args.string(in, a[0]).context.isEmpty()));
        to.function("unsafeDiscardStringContext", 1, (in, a, site) -> new NixString(Args.coerced(in, a[0]).bytes));
        to.function("unsafeDiscardOutputDependency", 1, (in, a, site) -> {
            NixString string = Args.coerced(in, a[0]);
            Context plain = Context.NONE;
            for (ContextElement element : string.context.elements) {
                boolean deep = element.kind() == ContextElement.Kind.DERIVATION;
                plain = plain.with(deep ? ContextElement.ofPath(element.path()) : element);
            }
            return new NixString(string.bytes, plain);
        });
        to.function("addDrvOutputDependencies", 1, ContextBuiltins::deepen);
        to.function("getContext", 1, ContextBuiltins::get);
        to.function("appendContext", 2, ContextBuiltins::append);
    }

    private static NixValue deepen(Interp in, NixValue[] a, Expr site) {
        NixString string = Args.coerced(in, a[0]);
        int size = string.context.elements.size();
        if (size != 1) {
            throw new EvalError(
                    EvalError.Kind.OTHER,
                    "context of string '" + string.bytes + "' must have exactly one element, but has " + size);
        }
        ContextElement element = string.context.elements.first();
        if (element.kind() == ContextElement.Kind.OUTPUT) {
            throw new EvalError(
                    EvalError.Kind.OTHER,
                    "`addDrvOutputDependencies` can only act on derivations, not on a derivation output such as '"
                            + element.output() + "'");
        }
        if (!element.path().endsWith(StorePaths.DERIVATION)) {
            throw new EvalError(EvalError.Kind.OTHER, "path '" + element.path() + "' is not a derivation");
        }
        return new NixString(string.bytes, Context.NONE.with(ContextElement.ofDerivation(element.path())));
    }

    private static NixValue get(Interp in, NixValue[] a, Expr site) {
        NixString string = Args.string(in, a[0]);
        TreeMap<String, SortedSet<ContextElement>> byPath = new TreeMap<>();
        for (ContextElement element : string.context.elements) {
            byPath.computeIfAbsent(element.path(), p -> new TreeSet<>()).add(element);
        }
        AttrsBuilder result = new AttrsBuilder(byPath.size());
        byPath.forEach((path, elements) -> result.put(in.symbols.of(path), described(in, elements)));
        return result.build();
    }

    private static NixAttrs described(Interp in, SortedSet<ContextElement> elements) {
        AttrsBuilder entry = new AttrsBuilder(3);
        List<NixValue> outputs = new ArrayList<>();
        for (ContextElement element : elements) {
            switch (element.kind()) {
                case PATH -> entry.put(in.symbols.path, NixBool.TRUE);
                case DERIVATION -> entry.put(in.symbols.of("allOutputs"), NixBool.TRUE);
                case OUTPUT -> outputs.add(new NixString(element.output()));
            }
        }
        if (!outputs.isEmpty()) {
            entry.put(in.symbols.of("outputs"), NixList.of(outputs.toArray(new NixValue[0])));
        }
        return entry.build();
    }

    private static NixValue append(Interp in, NixValue[] a, Expr site) {
        NixString string = Args.string(in, a[0]);
        NixAttrs added = Args.attrs(in, a[1]);
        Context context = string.context;
        for (int i = 0; i < added.size(); i++) {
            Symbol key = added.shape.keys[i];
            if (!StorePaths.isStorePath(key.name)) {
                throw error("context key '" + key.shown() + "' is not a store path", added, i);
            }
            context = added(in, context, added, i);
        }
        return new NixString(string.bytes, context);
    }

    private static Context added(Interp in, Context before, NixAttrs added, int index) {
        Symbol key = added.shape.keys[index];
        NixAttrs entry = Args.attrs(in, added.values[index]);
        Context context = before;
        NixValue isPath = entry.find(in.symbols.path);
        if (isPath != null && Args.bool(in, isPath)) {
            context = context.with(ContextElement.ofPath(key.name));
        }
        NixValue every = entry.find(in.symbols.of("allOutputs"));
        if (every != null && Args.bool(in, every)) {
            if (!key.name.endsWith(StorePaths.DERIVATION)) {
                throw notDerivation("all-outputs", added, index);
            }
            context = context.with(ContextElement.ofDerivation(key.name));
        }
        NixValue outputs = entry.find(in.symbols.of("outputs"));
        if (outputs != null) {
            NixList names = Args.list(in, outputs);
            if (names.size() > 0 && !key.name.endsWith(StorePaths.DERIVATION)) {
                throw notDerivation("derivation output", added, index);
            }
            for (NixValue name : names) {
                context = context.with(ContextElement.ofOutput(key.name, Args.plain(in, name)));
            }
        }
        return context;
    }

    private static EvalError notDerivation(String what, NixAttrs added, int index) {
        return error(
                "tried to add " + what + " context of " + added.shape.keys[index].shown()
                        + ", which is not a derivation, to a string",
                added,
                index);
    }

    private static EvalError error(String text, NixAttrs added, int index) {
        return new EvalError(EvalError.Kind.OTHER, text).at(added.shape.positions[index]);
    }
}
