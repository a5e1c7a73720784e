package org.sourceos.config.nix;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Attribute sets. */
final class SetBuiltins {
    private SetBuiltins() {}

    static void define(Globals to) {
        to.function("attrNames", 1, (in, a, site) -> {
            NixAttrs attrs = Args.attrs(in, a[0]);
            in.reserve(attrs.size() * 4L);
            NixValue[] names = new NixValue[attrs.size()];
            int at = 0;
            for (int index : attrs.shape.byName()) {
                names[at++] = attrs.shape.keys[index].value;
            }
            return NixList.of(names);
        });
        to.function("attrValues", 1, (in, a, site) -> {
            NixAttrs attrs = Args.attrs(in, a[0]);
            in.reserve(attrs.size() * 4L);
            NixValue[] values = new NixValue[attrs.size()];
            int at = 0;
            for (int index : attrs.shape.byName()) {
                values[at++] = attrs.values[index];
            }
            return NixList.of(values);
        });
        to.function("getAttr", 2, (in, a, site) -> {
            Symbol name = in.symbols.of(Args.plain(in, a[0]));
            NixAttrs attrs = Args.attrs(in, a[1]);
            return Args.attribute(in, attrs, name).force(in);
        });
        to.function("hasAttr", 2, (in, a, site) -> {
            Symbol name = in.symbols.of(Args.plain(in, a[0]));
            return NixBool.of(Args.attrs(in, a[1]).has(name));
        });
        to.function("unsafeGetAttrPos", 2, (in, a, site) -> {
            Symbol name = in.symbols.of(Args.plain(in, a[0]));
            NixAttrs attrs = Args.attrs(in, a[1]);
            int index = attrs.shape.find(name);
            return index < 0 ? NixNull.NULL : in.positionValue(attrs.shape.positions[index]);
        });
        to.function("removeAttrs", 2, SetBuiltins::remove);
        to.function("listToAttrs", 1, SetBuiltins::fromList);
        to.function("intersectAttrs", 2, SetBuiltins::intersect);
        to.function("catAttrs", 2, SetBuiltins::collect);
        to.function("functionArgs", 1, SetBuiltins::functionArgs);
        to.function("mapAttrs", 2, SetBuiltins::map);
        to.function("zipAttrsWith", 2, SetBuiltins::zip);
    }

    private static NixValue remove(Interp in, NixValue[] a, Expr site) {
        NixAttrs attrs = Args.attrs(in, a[0]);
        NixList list = Args.list(in, a[1]);
        Set<Symbol> removed = Collections.newSetFromMap(new IdentityHashMap<>());
        for (NixValue name : list) {
            removed.add(in.symbols.of(Args.plain(in, name)));
        }
        AttrsBuilder kept = new AttrsBuilder(attrs.size());
        for (int i = 0; i < attrs.size(); i++) {
            if (!removed.contains(attrs.shape.keys[i])) {
                kept.put(attrs.shape.keys[i], attrs.values[i], attrs.shape.positions[i]);
            }
        }
        in.reserve(kept.size() * 12L);
        return kept.build();
    }

    private static NixValue fromList(Interp in, NixValue[] a, Expr site) {
        NixList list = Args.list(in, a[0]);
        in.reserve(list.size() * 12L);
        AttrsBuilder attrs = new AttrsBuilder(list.size());
        Set<Symbol> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < list.size(); i++) {
            NixAttrs entry = Args.attrs(in, list.get(i));
            int index = entry.shape.find(in.symbols.name);
            if (index < 0) {
                throw in.missing(in.symbols.name, entry);
            }
            Symbol name = in.symbols.of(Args.plain(in, entry.values[index]));
            if (seen.add(name)) {
                int value = entry.shape.find(in.symbols.value);
                if (value < 0) {
                    throw in.missing(in.symbols.value, entry);
                }
                attrs.put(name, entry.values[value], entry.shape.positions[value]);
            }
        }
        return attrs.build();
    }

    private static NixValue intersect(Interp in, NixValue[] a, Expr site) {
        NixAttrs first = Args.attrs(in, a[0]);
        NixAttrs second = Args.attrs(in, a[1]);
        AttrsBuilder both = new AttrsBuilder(Math.min(first.size(), second.size()));
        if (first.size() < second.size()) {
            for (Symbol key : first.shape.keys) {
                int index = second.shape.find(key);
                if (index >= 0) {
                    both.put(key, second.values[index], second.shape.positions[index]);
                }
            }
        } else {
            for (int i = 0; i < second.size(); i++) {
                Symbol key = second.shape.keys[i];
                if (first.has(key)) {
                    both.put(key, second.values[i], second.shape.positions[i]);
                }
            }
        }
        return both.build();
    }

    private static NixValue collect(Interp in, NixValue[] a, Expr site) {
        Symbol name = in.symbols.of(Args.plain(in, a[0]));
        NixList list = Args.list(in, a[1]);
        List<NixValue> found = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            in.step();
            NixValue value = Args.attrs(in, list.get(i)).find(name);
            if (value != null) {
                found.add(value);
            }
        }
        return NixList.of(found.toArray(new NixValue[0]));
    }

    private static NixValue functionArgs(Interp in, NixValue[] a, Expr site) {
        NixValue function = a[0].force(in);
        if (function instanceof Builtin || function instanceof PartialBuiltin) {
            return NixAttrs.EMPTY;
        }
        if (!(function instanceof Closure closure)) {
            throw new EvalError(EvalError.Kind.TYPE, "'functionArgs' requires a function");
        }
        LambdaExpr lambda = closure.lambda;
        if (lambda.formals == null) {
            return NixAttrs.EMPTY;
        }
        AttrsBuilder attrs = new AttrsBuilder(lambda.formals.length);
        for (LambdaExpr.Formal formal : lambda.formals) {
            attrs.put(formal.name, NixBool.of(formal.isOptional()), new Pos(lambda.source, formal.offset));
        }
        return attrs.build();
    }

    private static NixValue map(Interp in, NixValue[] a, Expr site) {
        NixAttrs attrs = Args.attrs(in, a[1]);
        in.reserve(attrs.size() * 32L);
        NixValue[] values = new NixValue[attrs.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Thunk.ofCall(a[0], attrs.shape.keys[i].value, attrs.values[i]);
        }
        return new NixAttrs(attrs.shape.bare(), values);
    }

    private static NixValue zip(Interp in, NixValue[] a, Expr site) {
        NixValue function = Args.function(in, a[0]);
        NixList sets = Args.list(in, a[1]);
        Map<Symbol, List<NixValue>> all = new LinkedHashMap<>();
        for (int i = 0; i < sets.size(); i++) {
            NixAttrs set = Args.attrs(in, sets.get(i));
            for (int j = 0; j < set.size(); j++) {
                in.step();
                all.computeIfAbsent(set.shape.keys[j], k -> new ArrayList<>(2)).add(set.values[j]);
            }
        }
        AttrsBuilder zipped = new AttrsBuilder(all.size());
        all.forEach((key, values) ->
                zipped.put(key, Thunk.ofCall(function, key.value, NixList.of(values.toArray(new NixValue[0])))));
        return zipped.build();
    }
}
