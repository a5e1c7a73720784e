package org.sourceos.config.nix;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists. */
final class ListBuiltins {
    private ListBuiltins() {}

    static void define(Globals to) {
        to.function("map", 2, ListBuiltins::map);
        to.function("filter", 2, ListBuiltins::filter);
        to.function("length", 1, (in, a, site) -> NixInt.of(Args.list(in, a[0]).size()));
        to.function("elemAt", 2, ListBuiltins::elemAt);
        to.function("head", 1, (in, a, site) -> nonEmpty(in, "head", a[0]).get(in, 0));
        to.function("tail", 1, (in, a, site) -> {
            NixList list = nonEmpty(in, "tail", a[0]);
            in.reserve(list.size() * 4L);
            return list.tail();
        });
        to.function("elem", 2, (in, a, site) -> {
            NixList list = Args.list(in, a[1]);
            for (NixValue element : list) {
                in.step();
                if (Equality.elements(in, a[0], element)) {
                    return NixBool.TRUE;
                }
            }
            return NixBool.FALSE;
        });
        to.function("concatLists", 1, (in, a, site) -> concat(in, Args.list(in, a[0])));
        to.function("foldl'", 3, ListBuiltins::fold);
        to.function("any", 2, (in, a, site) -> NixBool.of(find(in, a, site, true)));
        to.function("all", 2, (in, a, site) -> NixBool.of(!find(in, a, site, false)));
        to.function("genList", 2, ListBuiltins::generate);
        to.function("sort", 2, ListBuiltins::sort);
        to.function("partition", 2, ListBuiltins::partition);
        to.function("groupBy", 2, ListBuiltins::groupBy);
        to.function("concatMap", 2, ListBuiltins::concatMap);
        to.function("genericClosure", 1, Closures::of);
    }

    private static NixValue map(Interp in, NixValue[] a, Expr site) {
        NixList list = Args.list(in, a[1]);
        if (list.size() == 0) {
            return list;
        }
        NixValue function = Args.function(in, a[0]);
        in.reserve(list.size() * 32L);
        return NixList.mapped(function, list);
    }

    private static NixValue filter(Interp in, NixValue[] a, Expr site) {
        NixList list = Args.list(in, a[1]);
        if (list.size() == 0) {
            return list;
        }
        NixValue predicate = Args.function(in, a[0]);
        List<NixValue> kept = new ArrayList<>();
        for (NixValue element : list) {
            if (Args.bool(in, in.call(predicate, element, site))) {
                kept.add(element);
            }
        }
        in.reserve(kept.size() * 4L);
        return kept.size() == list.size() ? list : NixList.of(kept.toArray(new NixValue[0]));
    }

    private static NixValue elemAt(Interp in, NixValue[] a, Expr site) {
        long index = Args.integer(in, a[1]);
        NixList list = Args.list(in, a[0]);
        if (index < 0 || index >= list.size()) {
            throw new EvalError(
                    EvalError.Kind.OTHER,
                    "'builtins.elemAt' called with index " + index + " on a list of size " + list.size());
        }
        return list.get(in, (int) index);
    }

    private static NixList nonEmpty(Interp in, String name, NixValue argument) {
        NixList list = Args.list(in, argument);
        if (list.size() == 0) {
            throw new EvalError(EvalError.Kind.OTHER, "'builtins." + name + "' called on an empty list");
        }
        return list;
    }

    private static NixValue concat(Interp in, NixList lists) {
        int size = 0;
        for (int i = 0; i < lists.size(); i++) {
            size = Math.addExact(size, Args.list(in, lists.get(i)).size());
        }
        in.reserve(size * 4L);
        NixValue[] all = new NixValue[size];
        int at = 0;
        for (int i = 0; i < lists.size(); i++) {
            NixList list = Args.list(in, lists.get(i));
            list.copyTo(all, at);
            at += list.size();
        }
        return NixList.of(all);
    }

    private static NixValue fold(Interp in, NixValue[] a, Expr site) {
        NixValue operator = Args.function(in, a[0]);
        NixList list = Args.list(in, a[2]);
        NixValue result = a[1];
        for (int i = 0; i < list.size(); i++) {
            result = in.call(operator, result, list.get(i), site);
            list.settle(i);
        }
        return result.force(in);
    }

    private static boolean find(Interp in, NixValue[] a, Expr site, boolean wanted) {
        NixValue predicate = Args.function(in, a[0]);
        NixList list = Args.list(in, a[1]);
        for (NixValue element : list) {
            if (Args.bool(in, in.call(predicate, element, site)) == wanted) {
                return true;
            }
        }
        return false;
    }

    private static NixValue generate(Interp in, NixValue[] a, Expr site) {
        long size = Args.integer(in, a[1]);
        if (size < 0) {
            throw new EvalError(EvalError.Kind.OTHER, "cannot create list of size " + size);
        }
        NixValue function = Args.function(in, a[0]);
        if (size > Integer.MAX_VALUE - 8) {
            throw new EvalError(EvalError.Kind.LIMIT, "out of memory");
        }
        in.reserve(size * 40);
        return NixList.generated(function, (int) size);
    }

    private static NixValue sort(Interp in, NixValue[] a, Expr site) {
        NixList list = Args.list(in, a[1]);
        if (list.size() == 0) {
            return list;
        }
        NixValue less = Args.function(in, a[0]);
        in.reserve(list.size() * 8L);
        NixValue[] sorted = new NixValue[list.size()];
        for (int i = 0; i < sorted.length; i++) {
            list.get(in, i);
            sorted[i] = list.get(i);
        }
        boolean natural = less instanceof Builtin builtin && builtin.name().equals("lessThan");
        MergeSort.Order order = natural
                ? (x, y) -> {
                    in.step();
                    return Ordering.less(in, x.force(in), y.force(in));
                }
                : (x, y) -> Args.bool(in, in.call(less, x, y, site));
        MergeSort.sort(sorted, order);
        return NixList.of(sorted);
    }

    private static NixValue partition(Interp in, NixValue[] a, Expr site) {
        NixValue predicate = Args.function(in, a[0]);
        NixList list = Args.list(in, a[1]);
        List<NixValue> right = new ArrayList<>();
        List<NixValue> wrong = new ArrayList<>();
        for (NixValue element : list) {
            element.force(in);
            (Args.bool(in, in.call(predicate, element, site)) ? right : wrong).add(element);
        }
        return new AttrsBuilder(2)
                .put(in.symbols.right, NixList.of(right.toArray(new NixValue[0])))
                .put(in.symbols.wrong, NixList.of(wrong.toArray(new NixValue[0])))
                .build();
    }

    private static NixValue groupBy(Interp in, NixValue[] a, Expr site) {
        NixValue name = Args.function(in, a[0]);
        NixList list = Args.list(in, a[1]);
        Map<Symbol, List<NixValue>> groups = new LinkedHashMap<>();
        for (NixValue element : list) {
            Symbol group = in.symbols.of(Args.plain(in, in.call(name, element, site)));
            groups.computeIfAbsent(group, g -> new ArrayList<>()).add(element);
        }
        AttrsBuilder result = new AttrsBuilder(groups.size());
        groups.forEach((group, members) -> result.put(group, NixList.of(members.toArray(new NixValue[0]))));
        return result.build();
    }

    private static NixValue concatMap(Interp in, NixValue[] a, Expr site) {
        NixValue function = Args.function(in, a[0]);
        NixList list = Args.list(in, a[1]);
        NixValue[] lists = new NixValue[list.size()];
        for (int i = 0; i < lists.length; i++) {
            lists[i] = Args.list(in, in.call(function, list.get(i), site));
        }
        return concat(in, NixList.of(lists));
    }
}
