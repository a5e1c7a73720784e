package org.sourceos.config.nix;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sourceos.config.diagnostic.Suggestions;

/** {@code x: b}, {@code { a, b ? c, ... }: d} and both with {@code @}. */
final class LambdaExpr extends Expr {
    /** One name of the pattern. */
    static final class Formal {
        final Symbol name;
        final int offset;
        private @Nullable Expr fallback;

        Formal(Symbol name, int offset, @Nullable Expr fallback) {
            this.name = name;
            this.offset = offset;
            this.fallback = fallback;
        }

        boolean isOptional() {
            return fallback != null;
        }
    }

    private final @Nullable Symbol argument;
    /** In the order of the text; null when there is no pattern. */
    final Formal @Nullable [] formals;

    final boolean ellipsis;
    private Expr body;
    private @Nullable Symbol name;

    /** By id, as the attributes of the argument are. */
    private final Formal[] sorted;

    LambdaExpr(
            Source source,
            int offset,
            @Nullable Symbol argument,
            Formal @Nullable [] formals,
            boolean ellipsis,
            Expr body) {
        super(source, offset);
        this.argument = argument;
        this.formals = formals;
        this.ellipsis = ellipsis;
        this.body = body;
        this.sorted = formals == null ? new Formal[0] : formals.clone();
        Arrays.sort(sorted, Comparator.comparingInt(f -> f.name.id));
    }

    Expr body() {
        return body;
    }

    /** The name of the whole argument; null when only its attributes have names. */
    @Nullable Symbol argument() {
        return argument;
    }

    /** {@code f}, or {@code anonymous lambda}. */
    String displayName() {
        return name == null ? "anonymous lambda" : name.name;
    }

    @Nullable Symbol name() {
        return name;
    }

    /** The environment of the body for an argument. */
    Env enter(Interp in, NixValue value, Env outer, Expr site) {
        if (formals == null) {
            return new Env.Single(outer, value);
        }
        NixValue[] values = new NixValue[sorted.length + (argument == null ? 0 : 1)];
        Env env = new Env.Slots(outer, values);
        NixValue forced = value.force(in);
        if (!(forced instanceof NixAttrs attrs)) {
            throw in.expected("a set", forced).at(site);
        }
        if (argument != null) {
            values[sorted.length] = forced;
        }
        Symbol[] given = attrs.shape.keys;
        int used = 0;
        int at = 0;
        for (int i = 0; i < sorted.length; i++) {
            Formal formal = sorted[i];
            int id = formal.name.id;
            // Both are in the order of their ids; a set much larger than the pattern is searched instead.
            if (given.length > 32) {
                at = Math.max(attrs.shape.find(formal.name), 0);
            } else {
                while (at < given.length && given[at].id < id) {
                    at++;
                }
            }
            if (at < given.length && given[at] == formal.name) {
                values[i] = attrs.values[at];
                used++;
            } else if (formal.fallback != null) {
                values[i] = formal.fallback.delay(in, env);
            } else {
                throw new EvalError(
                                EvalError.Kind.TYPE,
                                "function '" + displayName() + "' called without required argument '" + formal.name
                                        + "'")
                        .at(site.source.isUsers ? site.pos() : pos())
                        .suggest(in.suggestKey(formal.name, attrs));
            }
        }
        if (used < given.length && !ellipsis) {
            for (int index : attrs.shape.byName()) {
                Symbol key = given[index];
                if (!has(key)) {
                    Pos position = attrs.shape.positions[index];
                    Set<String> names = new LinkedHashSet<>();
                    for (Formal formal : sorted) {
                        names.add(Bytes.toUnicode(formal.name.name));
                    }
                    throw new EvalError(
                                    EvalError.Kind.TYPE,
                                    "function '" + displayName() + "' called with unexpected argument '" + key.shown()
                                            + "'")
                            .at(position != null ? position : site.pos())
                            .suggest(Suggestions.didYouMean(Bytes.toUnicode(key.name), names));
                }
            }
        }
        return env;
    }

    private boolean has(Symbol key) {
        for (Formal formal : sorted) {
            if (formal.name == key) {
                return true;
            }
        }
        return false;
    }

    /**
     * The result for an argument that is no list and no function, where nothing has to be evaluated for it: of
     * {@code x: x} and {@code x: 1}. Otherwise null. A call of these costs less than the thunk that would put it off.
     */
    @Nullable NixValue resultAtOnce(NixValue value) {
        if (formals != null) {
            return null;
        }
        if (LocalVarExpr.isInnermostSingle(body)) {
            return value;
        }
        return body instanceof LiteralExpr literal ? literal.value : null;
    }

    @Override
    NixValue eval(Interp in, Env env) {
        return new Closure(this, env);
    }

    @Override
    void named(Symbol assigned) {
        name = assigned;
        body.named(assigned);
    }

    @Override
    Expr bind(Scope scope) {
        Scope inner = formals == null && argument != null ? scope.single(argument) : scope.inner(slots());
        for (Formal formal : sorted) {
            if (formal.fallback != null) {
                formal.fallback = formal.fallback.bind(inner);
            }
        }
        body = body.bind(inner);
        return this;
    }

    private Map<Symbol, Integer> slots() {
        Map<Symbol, Integer> slots = new HashMap<>();
        if (argument != null) {
            slots.put(argument, sorted.length);
        }
        for (int i = 0; i < sorted.length; i++) {
            slots.put(sorted[i].name, i);
        }
        return slots;
    }

    /** Its arguments as they would be written, without what they fall back to: <code>{ a, b ? …, ... }@c: </code>. */
    void showHead(StringBuilder out) {
        if (formals != null) {
            out.append("{ ");
            String separator = "";
            for (Formal formal : formals) {
                out.append(separator).append(formal.name.name).append(formal.isOptional() ? Bytes.of(" ? …") : "");
                separator = ", ";
            }
            out.append(ellipsis ? separator + "... }" : separator.isEmpty() ? "}" : " }");
            out.append(argument == null ? "" : "@");
        }
        out.append(argument == null ? "" : argument.name).append(": ");
    }

    @Override
    void show(Shower out) {
        out.text("(");
        if (formals != null) {
            out.text("{ ");
            String separator = "";
            Formal[] byName = formals.clone();
            Arrays.sort(byName, Comparator.comparing(f -> f.name.name));
            for (Formal formal : byName) {
                out.text(separator).name(formal.name.name);
                if (formal.fallback != null) {
                    out.text(" ? ").expr(formal.fallback);
                }
                separator = ", ";
            }
            if (ellipsis) {
                out.text(separator).text("...");
            }
            out.text(" }");
            if (argument != null) {
                out.text(" @ ");
            }
        }
        if (argument != null) {
            out.name(argument.name);
        }
        out.text(": ").expr(body).text(")");
    }
}
