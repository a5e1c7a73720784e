package org.sourceos.config.nix;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.sourceos.config.diagnostic.Suggestions;

/** Which names are visible where, while a tree is bound: each scope is one {@link Env} at run time. */
final class Scope {
    private final @Nullable Scope up;
    private final @Nullable Map<Symbol, Integer> slots;
    /** Whether it is an {@link Env.Single}. */
    private final boolean single;

    private final Surrounding surrounding;

    /**
     * What is around a whole text.
     *
     * @param globals the builtins
     * @param offered what is found where no {@code with} has it
     * @param undefined is told of names that mean nothing, which then fail only when they are evaluated; without it they
     *     fail at once, as in Nix
     */
    record Surrounding(
            Map<Symbol, NixValue> globals,
            Map<Symbol, NixValue> offered,
            @Nullable BiConsumer<Symbol, EvalError> undefined) {}

    private Scope(@Nullable Scope up, @Nullable Map<Symbol, Integer> slots, boolean single, Surrounding surrounding) {
        this.up = up;
        this.slots = slots;
        this.single = single;
        this.surrounding = surrounding;
    }

    static Scope root(Surrounding surrounding) {
        return new Scope(null, Map.of(), false, surrounding);
    }

    Scope inner(Map<Symbol, Integer> names) {
        return new Scope(this, names, false, surrounding);
    }

    Scope inner(Symbol[] names) {
        Map<Symbol, Integer> slotOf = new HashMap<>();
        for (int i = 0; i < names.length; i++) {
            slotOf.put(names[i], i);
        }
        return inner(slotOf);
    }

    /** The scope of a function without a pattern. */
    Scope single(Symbol argument) {
        return new Scope(this, Map.of(argument, 0), true, surrounding);
    }

    /** The scope of a {@code with}, whose names are known only at run time. */
    Scope with() {
        return new Scope(this, null, true, surrounding);
    }

    /** The scope of the hidden sources of {@code inherit (x)}, which no name reaches. */
    Scope hidden() {
        return new Scope(this, Map.of(), false, surrounding);
    }

    /** Whether a name means the builtin of that name here. */
    boolean isGlobal(Symbol name) {
        for (Scope scope = this; scope != null; scope = scope.up) {
            if (scope.slots != null && scope.slots.containsKey(name)) {
                return false;
            }
        }
        return surrounding.globals().containsKey(name);
    }

    Expr resolve(VarExpr variable) {
        Symbol name = variable.name;
        int level = 0;
        int withs = 0;
        for (Scope scope = this; scope != null; scope = scope.up) {
            if (scope.slots == null) {
                withs++;
            } else {
                Integer slot = scope.slots.get(name);
                if (slot != null) {
                    return scope.single
                            ? LocalVarExpr.single(variable, level)
                            : LocalVarExpr.slot(variable, level, slot);
                }
            }
            level++;
        }
        NixValue global = surrounding.globals().get(name);
        if (global != null) {
            return new GlobalVarExpr(variable, global);
        }
        NixValue offered = surrounding.offered().get(name);
        if (withs == 0) {
            return offered != null ? new GlobalVarExpr(variable, offered) : undefined(variable);
        }
        int[] levels = new int[withs];
        int found = 0;
        level = 0;
        for (Scope scope = this; scope != null; scope = scope.up) {
            if (scope.slots == null) {
                levels[found++] = level;
            }
            level++;
        }
        return new WithVarExpr(variable, levels, offered, this);
    }

    private Expr undefined(VarExpr variable) {
        EvalError error = new EvalError(EvalError.Kind.UNDEFINED, "undefined variable '" + variable.name.shown() + "'")
                .at(variable)
                .suggest(suggestion(variable.name));
        if (surrounding.undefined() == null) {
            throw error;
        }
        surrounding.undefined().accept(variable.name, error);
        return new UndefinedVarExpr(variable, error);
    }

    Optional<String> suggestion(Symbol name) {
        Set<String> names = new LinkedHashSet<>();
        for (Scope scope = this; scope != null; scope = scope.up) {
            if (scope.slots != null) {
                add(names, scope.slots.keySet());
            }
        }
        add(names, surrounding.globals().keySet());
        add(names, surrounding.offered().keySet());
        names.removeIf(n -> n.startsWith("__"));
        return Suggestions.didYouMean(Bytes.toUnicode(name.name), names);
    }

    private static void add(Set<String> names, Collection<Symbol> symbols) {
        for (Symbol symbol : symbols) {
            names.add(Bytes.toUnicode(symbol.name));
        }
    }
}
