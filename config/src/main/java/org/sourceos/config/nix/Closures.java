package org.sourceos.config.nix;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** {@code builtins.genericClosure}: everything that can be reached, each key once, in the order it was found. */
final class Closures {
    private Closures() {}

    static NixValue of(Interp in, NixValue[] a, Expr site) {
        NixAttrs attrs = Args.attrs(in, a[0]);
        NixList start = Args.list(in, Args.attribute(in, attrs, in.symbols.startSet));
        Deque<NixValue> todo = new ArrayDeque<>();
        for (NixValue element : start) {
            todo.add(element);
        }
        if (todo.isEmpty()) {
            return NixList.EMPTY;
        }
        NixValue operator = Args.function(in, Args.attribute(in, attrs, in.symbols.operator));
        List<NixValue> found = new ArrayList<>();
        TreeSet<NixValue> keys = new TreeSet<>((x, y) -> {
            if (Ordering.less(in, x, y)) {
                return -1;
            }
            return Ordering.less(in, y, x) ? 1 : 0;
        });
        @Nullable NixValue first = null;
        while (!todo.isEmpty()) {
            in.step();
            NixValue element = todo.remove();
            NixAttrs set = Args.attrs(in, element);
            NixValue key = Args.attribute(in, set, in.symbols.key).force(in);
            if (first == null) {
                // A tree compares its first key with itself, but a single key may be of a type that has no order.
                first = key;
            } else {
                keys.add(first);
                if (!keys.add(key)) {
                    continue;
                }
            }
            found.add(element);
            in.reserve(16);
            NixList more = Args.list(in, in.call(operator, element, site));
            for (NixValue next : more) {
                todo.add(next);
            }
        }
        return NixList.of(found.toArray(new NixValue[0]));
    }
}
