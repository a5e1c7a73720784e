package org.sourceos.config.nix;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code { a = 1; }} and {@code rec { }}; also the bindings of a {@code let}. */
final class AttrsExpr extends Expr {
    enum Origin {
        /** Evaluated inside: sees its siblings when the set is recursive. */
        PLAIN,
        /** {@code inherit a}: evaluated outside. */
        INHERITED,
        /** {@code inherit (x) a}: taken from a hidden variable. */
        INHERITED_FROM
    }

    /** What a name is defined as. */
    static final class Definition {
        final Origin origin;
        Expr expr;
        final int offset;

        Definition(Origin origin, Expr expr, int offset) {
            this.origin = origin;
            this.expr = expr;
            this.offset = offset;
        }
    }

    /** {@code ${a} = b}. */
    static final class Dynamic {
        Expr name;
        Expr expr;
        final int offset;

        Dynamic(Expr name, Expr expr, int offset) {
            this.name = name;
            this.expr = expr;
            this.offset = offset;
        }
    }

    boolean recursive;

    /** While parsing only: {@link #bind} turns it into the arrays below, which take a fraction of the space. */
    private @Nullable Definitions definitions = new Definitions();

    List<Dynamic> dynamics = new ArrayList<>();
    /** The sources of {@code inherit (x)}. */
    List<Expr> sources = new ArrayList<>();

    private Shape shape = Shape.EMPTY;
    private Expr[] exprs = new Expr[0];
    /** Of each expression; null when all are plain. */
    private Origin @Nullable [] origins;

    private int overrides = -1;

    AttrsExpr(Source source, int offset, boolean recursive) {
        super(source, offset);
        this.recursive = recursive;
    }

    Definitions definitions() {
        if (definitions == null) {
            throw new IllegalStateException("bound already");
        }
        return definitions;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        NixAttrs attrs;
        Env inner;
        if (recursive) {
            NixValue[] values = new NixValue[exprs.length];
            inner = new Env.Slots(env, values);
            fill(in, env, inner, values);
            attrs = overrides >= 0 ? override(in, values) : new NixAttrs(shape, values);
        } else {
            inner = env;
            if (exprs.length == 0) {
                attrs = NixAttrs.EMPTY;
            } else {
                NixValue[] values = new NixValue[exprs.length];
                fill(in, env, env, values);
                attrs = new NixAttrs(shape, values);
            }
        }
        return dynamics.isEmpty() ? attrs : addDynamic(in, inner, attrs);
    }

    /** The environment of a {@code let}'s body. */
    Env environment(Interp in, Env env) {
        NixValue[] values = new NixValue[exprs.length];
        Env inner = new Env.Slots(env, values);
        fill(in, env, inner, values);
        return inner;
    }

    private void fill(Interp in, Env outer, Env inner, NixValue[] values) {
        if (origins == null && overrides < 0) {
            for (int i = 0; i < values.length; i++) {
                values[i] = exprs[i].delay(in, inner);
            }
        } else {
            fill(in, outer, inner, hidden(inner), values);
        }
    }

    /** The scope of the sources of {@code inherit (x)}, where there are any. */
    private Env hidden(Env inner) {
        if (sources.isEmpty()) {
            return inner;
        }
        NixValue[] from = new NixValue[sources.size()];
        for (int i = 0; i < from.length; i++) {
            from[i] = new Thunk(sources.get(i), inner);
        }
        return new Env.Slots(inner, from);
    }

    private void fill(Interp in, Env outer, Env inner, Env hidden, NixValue[] values) {
        for (int i = 0; i < values.length; i++) {
            Env where = switch (origin(i)) {
                case PLAIN -> inner;
                case INHERITED -> outer;
                case INHERITED_FROM -> hidden;
            };
            // What will be overridden must not be looked at yet, not even to find that it is a constant.
            values[i] = overrides >= 0 ? new Thunk(exprs[i], where) : exprs[i].delay(in, where);
        }
    }

    private Origin origin(int index) {
        return origins == null ? Origin.PLAIN : origins[index];
    }

    /** {@code __overrides} of a recursive set: an old way to replace what the siblings see. */
    private NixAttrs override(Interp in, NixValue[] values) {
        NixValue value = values[overrides].force(in);
        if (!(value instanceof NixAttrs other)) {
            throw in.expected("a set", value).at(this);
        }
        for (int i = 0; i < other.values.length; i++) {
            int index = shape.find(other.shape.keys[i]);
            if (index >= 0) {
                values[index] = other.values[i];
            }
        }
        return Attrs.update(new NixAttrs(shape, values), other);
    }

    private NixAttrs addDynamic(Interp in, Env env, NixAttrs attrs) {
        AttrsBuilder all = new AttrsBuilder(attrs.size() + dynamics.size());
        for (int i = 0; i < attrs.size(); i++) {
            all.put(attrs.shape.keys[i], attrs.values[i], attrs.shape.positions[i]);
        }
        Map<Symbol, Integer> added = new LinkedHashMap<>();
        for (Dynamic dynamic : dynamics) {
            NixValue name = dynamic.name.eval(in, env);
            if (name instanceof NixNull) {
                continue;
            }
            if (!(name instanceof NixString string)) {
                throw in.expected("a string", name).at(dynamic.name);
            }
            in.noContext(string, dynamic.name);
            Symbol symbol = in.symbols.of(string.bytes);
            int index = attrs.shape.find(symbol);
            Integer before = index >= 0 ? (Integer) offsetOf(attrs.shape.positions[index]) : added.get(symbol);
            if (before != null) {
                throw new EvalError(
                                EvalError.Kind.OTHER,
                                "dynamic attribute '" + symbol.shown() + "' already defined at "
                                        + new Pos(source, before))
                        .at(new Pos(source, dynamic.offset));
            }
            added.put(symbol, dynamic.offset);
            dynamic.expr.named(symbol);
            all.put(symbol, dynamic.expr.delay(in, env), new Pos(source, dynamic.offset));
        }
        return all.build();
    }

    private static int offsetOf(@Nullable Pos position) {
        return position == null ? 0 : position.offset();
    }

    @Override
    Expr bind(Scope scope) {
        bindWithin(scope);
        return this;
    }

    /** Binds the definitions; the scope they are evaluated in. */
    Scope bindWithin(Scope scope) {
        Definitions written = definitions();
        written.sort();
        Symbol[] keys = written.names();
        Scope inner = recursive ? scope.inner(keys) : scope;
        Scope hidden = sources.isEmpty() ? inner : inner.hidden();
        for (int i = 0; i < sources.size(); i++) {
            sources.set(i, sources.get(i).bind(inner));
        }
        exprs = new Expr[keys.length];
        Origin[] from = new Origin[keys.length];
        Pos[] positions = new Pos[keys.length];
        for (int i = 0; i < keys.length; i++) {
            Definition definition = written.get(i);
            from[i] = definition.origin;
            if (definition.origin != Origin.PLAIN) {
                origins = from;
            }
            definition.expr.named(keys[i]);
            exprs[i] = switch (definition.origin) {
                case PLAIN -> definition.expr.bind(inner);
                case INHERITED -> definition.expr.bind(scope);
                case INHERITED_FROM -> definition.expr.bind(hidden);
            };
            positions[i] = new Pos(source, definition.offset);
            if (recursive && keys[i].name.equals("__overrides")) {
                overrides = i;
            }
        }
        shape = new Shape(keys, positions);
        for (Dynamic dynamic : dynamics) {
            dynamic.name = dynamic.name.bind(inner);
            dynamic.expr = dynamic.expr.bind(inner);
        }
        // Freed now: most sets have neither, and all trees live as long as their values.
        definitions = null;
        dynamics = dynamics.isEmpty() ? List.of() : dynamics;
        sources = sources.isEmpty() ? List.of() : sources;
        return inner;
    }

    @Override
    void show(Shower out) {
        if (recursive) {
            out.text("rec ");
        }
        out.text("{ ");
        showBindings(out);
        out.text("}");
    }

    void showBindings(Shower out) {
        List<Map.Entry<Symbol, Definition>> sorted = new ArrayList<>();
        if (definitions != null) {
            definitions.forEach((name, definition) -> sorted.add(Map.entry(name, definition)));
        }
        for (int i = 0; i < exprs.length; i++) {
            sorted.add(Map.entry(shape.keys[i], new Definition(origin(i), exprs[i], offset)));
        }
        sorted.sort(Comparator.comparing(e -> e.getKey().name));
        showInherited(out, "inherit", sorted, -1);
        for (int i = 0; i < sources.size(); i++) {
            showInherited(out, "inherit (" + new Shower().expr(sources.get(i)) + ")", sorted, i);
        }
        for (Map.Entry<Symbol, Definition> entry : sorted) {
            if (entry.getValue().origin == Origin.PLAIN) {
                out.name(entry.getKey().name)
                        .text(" = ")
                        .expr(entry.getValue().expr)
                        .text("; ");
            }
        }
        for (Dynamic dynamic : dynamics) {
            out.text("\"${")
                    .expr(dynamic.name)
                    .text("}\" = ")
                    .expr(dynamic.expr)
                    .text("; ");
        }
    }

    /** The names that one {@code inherit} gives: those of a slot, or those from outside for −1. */
    private static void showInherited(Shower out, String start, List<Map.Entry<Symbol, Definition>> sorted, int slot) {
        boolean any = false;
        for (Map.Entry<Symbol, Definition> entry : sorted) {
            Definition definition = entry.getValue();
            boolean here = slot < 0
                    ? definition.origin == Origin.INHERITED
                    : definition.origin == Origin.INHERITED_FROM
                            && definition.expr instanceof InheritedExpr inherited
                            && inherited.slot == slot;
            if (here) {
                out.text(any ? " " : start + " ").name(entry.getKey().name);
                any = true;
            }
        }
        if (any) {
            out.text("; ");
        }
    }
}
