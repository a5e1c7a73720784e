package org.sourceos.config.nix;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.sourceos.config.diagnostic.Diagnostic;

/**
 * What a running evaluation offers to Java code that takes part in it: to look into values, to make new ones that are
 * evaluated when somebody asks, and to fail as the language fails. Given by {@link Evaluator#evaluate}; of no use outside.
 *
 * <p>Failures are unchecked and pass through the Java code; {@link #attempt} catches those of one part so that the rest can
 * go on.
 */
public final class Evaluation {
    private final Interp in;

    Evaluation(Interp in) {
        this.in = in;
    }

    /** The value, to its outermost constructor. */
    public NixValue force(NixValue value) {
        return value.force(in);
    }

    /**
     * From now on a variable that means nothing does not end the reading of its file: it is reported, and fails when it is
     * evaluated.
     *
     * @param reported is told the name, and the mistake
     */
    public void collectUndefined(BiConsumer<String, Diagnostic> reported) {
        in.undefined = (name, error) ->
                Diagnostics.of(error).forEach(diagnostic -> reported.accept(Bytes.toUnicode(name.name), diagnostic));
    }

    /** The value of a file, evaluated once however often it is asked for; of a directory, its {@code default.nix}. */
    public NixValue importFile(String path) {
        return in.files.importFile(Bytes.of(path));
    }

    /** The value of a text of our own: errors never point into it. */
    public NixValue expression(String name, String text) {
        Source source = new Source(Bytes.of(name), "/", Bytes.of(text), false, false);
        return in.parse(source, in.bareScope()).eval(in, Env.ROOT);
    }

    /** A value that is made when it is first asked for; asking for it while it is being made is an infinite recursion. */
    public NixValue lazy(Supplier<NixValue> supplier) {
        return new Thunk(new SupplierExpr(supplier), Env.ROOT);
    }

    /** A function of one argument, which it is given unevaluated. */
    public NixValue function(String name, UnaryOperator<NixValue> body) {
        return new Builtin(Bytes.of(name), 1, (interp, arguments, site) -> body.apply(arguments[0]));
    }

    public NixValue string(String text) {
        return new NixString(Bytes.of(text));
    }

    public NixValue list(List<NixValue> elements) {
        return NixList.of(elements.toArray(new NixValue[0]));
    }

    public NixAttrs attrs(Map<String, NixValue> values) {
        AttrsBuilder builder = new AttrsBuilder(values.size());
        values.forEach((name, value) -> builder.put(in.symbols.of(Bytes.of(name)), value));
        return builder.build();
    }

    /** {@code a // b}. */
    public NixAttrs update(NixAttrs a, NixAttrs b) {
        return Attrs.update(a, b);
    }

    public boolean isFunction(NixValue value) {
        return value instanceof NixFunction
                || (value instanceof NixAttrs attrs && attrs.find(in.symbols.functor) != null);
    }

    public NixValue call(NixValue function, NixValue argument) {
        return in.call(function.force(in), argument, ApplyExpr.ONE);
    }

    /**
     * The result of a function that is given a set: all of the arguments, or only those that its pattern names where that
     * allows no others. An argument that it wants and that is not there is a failure of the function's.
     */
    public NixValue call(NixValue function, Map<String, NixValue> arguments) {
        NixAttrs given = attrs(arguments);
        if (function.force(in) instanceof Closure closure && closure.lambda.formals != null) {
            AttrsBuilder named = new AttrsBuilder(closure.lambda.formals.length);
            for (LambdaExpr.Formal formal : closure.lambda.formals) {
                NixValue argument = given.find(formal.name);
                if (argument != null) {
                    named.put(formal.name, argument);
                } else if (!formal.isOptional()) {
                    throw new EvalError(
                                    EvalError.Kind.TYPE,
                                    "this function wants an argument '" + formal.name + "', and is given "
                                            + String.join(", ", arguments.keySet()))
                            .at(new Pos(closure.lambda.source, formal.offset))
                            .suggest(in.suggestKey(formal.name, given));
                }
            }
            return in.call(closure, closure.lambda.ellipsis ? given : named.build(), ApplyExpr.ONE);
        }
        return call(function, given);
    }

    /** The evaluated value under a name, empty when the set has none. */
    public Optional<NixValue> get(NixAttrs attrs, String name) {
        return Optional.ofNullable(attrs.findForced(in, in.symbols.of(Bytes.of(name))));
    }

    /** Where a set's name was given its value; empty where no text did. */
    public Optional<Place> place(NixAttrs attrs, String name) {
        int index = attrs.shape.find(in.symbols.of(Bytes.of(name)));
        Pos pos = index < 0 ? null : attrs.shape.positions[index];
        return pos == null || !pos.source().isUsers ? Optional.empty() : Optional.of(new Place(pos));
    }

    /** The beginning of a file that was imported. */
    public Optional<Place> start(String path) {
        return in.files.known(Bytes.of(path)).map(source -> new Place(new Pos(source, 0)));
    }

    /** A set without one of its names. */
    public NixAttrs without(NixAttrs attrs, String name) {
        Symbol left = in.symbols.of(Bytes.of(name));
        AttrsBuilder rest = new AttrsBuilder(attrs.size());
        for (int i = 0; i < attrs.size(); i++) {
            if (attrs.shape.keys[i] != left) {
                rest.put(attrs.shape.keys[i], attrs.values[i], attrs.shape.positions[i]);
            }
        }
        return rest.build();
    }

    /** Whether the language's {@code ==} holds. */
    public boolean same(NixValue a, NixValue b) {
        return Equality.elements(in, a, b);
    }

    /** The value as a message may show it: on one line, cut where it is long, nothing evaluated for it. */
    public String brief(NixValue value) {
        return Bytes.toUnicode(Printer.brief(in, value));
    }

    /** The evaluation cannot go on here. To be thrown. */
    public RuntimeException failure(String message, Optional<Place> place, Optional<String> suggestion) {
        return new EvalError(EvalError.Kind.OTHER, Bytes.of(message))
                .at(place.map(p -> p.pos).orElse(null))
                .suggest(suggestion);
    }

    /** The same, where what stands in the text must not be shown to anybody. To be thrown. */
    public RuntimeException failureWithheld(String message, Optional<Place> place, Optional<String> suggestion) {
        return new EvalError(EvalError.Kind.OTHER, Bytes.of(message))
                .at(place.map(p -> p.pos).orElse(null))
                .withhold()
                .suggest(suggestion);
    }

    /** Counts what Java code makes of values against the evaluation's budgets, which end it when they are used up. */
    public void spend(long bytes) {
        in.step();
        in.reserve(bytes);
    }

    /** As when a budget is used up: no {@link #attempt} catches it. To be thrown. */
    public RuntimeException exhausted(String message, Optional<Place> place) {
        return new EvalError(EvalError.Kind.LIMIT, Bytes.of(message))
                .at(place.map(p -> p.pos).orElse(null));
    }

    /**
     * What {@code part} gives, or empty where its evaluation failed.
     *
     * @param place where a failure that no text of the user's has a part in is reported
     * @param failures is told of the failure; a budget that ran out or a cancelled evaluation is no such failure, but ends
     *     everything
     */
    public <T> Optional<T> attempt(Optional<Place> place, Consumer<Diagnostic> failures, Supplier<T> part) {
        int depth = in.depth();
        try {
            return Optional.of(part.get());
        } catch (EvalError e) {
            if (e.kind == EvalError.Kind.LIMIT || e.kind == EvalError.Kind.CANCELLED) {
                throw e;
            }
            List<Diagnostic> known = Diagnostics.of(e);
            if (known.isEmpty() && place.isEmpty()) {
                throw e;
            }
            in.depth(depth);
            if (known.isEmpty()) {
                place.ifPresent(p -> failures.accept(p.diagnostic(Bytes.toUnicode(e.text()), e.suggestion())));
            }
            known.forEach(failures);
            return Optional.empty();
        }
    }

    /** Something to evaluate that is in no text. */
    private static final class SupplierExpr extends Expr {
        private final Supplier<NixValue> supplier;

        SupplierExpr(Supplier<NixValue> supplier) {
            super(Builtin.NOWHERE, 0);
            this.supplier = supplier;
        }

        @Override
        NixValue eval(Interp in, Env env) {
            return supplier.get().force(in);
        }

        @Override
        Expr bind(Scope scope) {
            return this;
        }

        @Override
        void show(Shower out) {
            out.text("<VALUE>");
        }
    }
}
