package org.sourceos.config.nix;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.sourceos.config.diagnostic.Suggestions;
import org.sourceos.config.nix.syntax.Lexer;

/** What one evaluator's evaluations share: symbols, builtins, budgets, imported files. For one thread at a time. */
final class Interp {
    /** How many steps pass between two looks at the clock of budgets. */
    private static final int CHECK_EVERY = 4096;
    /** So many values within values fit on the stack beside the calls. */
    private static final long NESTED_BASE = 60_000;

    final Symbols symbols = new Symbols();
    final EvalSettings settings;
    final Files files;
    final Map<Symbol, NixValue> globals = new HashMap<>();
    /** What every text of the user's sees as if a {@code with} were around it. */
    final Map<Symbol, NixValue> surroundings = new HashMap<>();
    /** Where names that mean nothing are collected; without it they fail as soon as their text is read. */
    @Nullable BiConsumer<Symbol, EvalError> undefined;

    private volatile boolean cancelled;
    private int untilCheck = CHECK_EVERY;
    private long steps;
    private long allocated;
    private int depth;
    private int nested;
    private final int mostNested;

    Interp(SourceIo io, EvalSettings settings) {
        this.settings = settings;
        this.mostNested = (int) Math.min(Integer.MAX_VALUE, NESTED_BASE + 4L * settings.maxCallDepth());
        this.files = new Files(this, io);
        Globals.define(this);
    }

    void cancel() {
        cancelled = true;
    }

    /** Before a new evaluation: the budgets are whole again. */
    void restart() {
        cancelled = false;
        untilCheck = CHECK_EVERY;
        steps = 0;
        allocated = 0;
        depth = 0;
        nested = 0;
    }

    /** Counts a piece of work. */
    void step() {
        if (--untilCheck < 0) {
            check();
        }
    }

    private void check() {
        untilCheck = CHECK_EVERY;
        steps += CHECK_EVERY;
        if (cancelled) {
            throw new EvalError(EvalError.Kind.CANCELLED, "the evaluation was cancelled");
        }
        if (steps > settings.maxSteps()) {
            throw new EvalError(
                    EvalError.Kind.LIMIT,
                    "the evaluation took more than " + settings.maxSteps() + " steps; it may never end");
        }
    }

    /** Counts bytes that are about to be allocated. */
    void reserve(long bytes) {
        allocated += bytes;
        if (allocated > settings.maxAllocation()) {
            throw new EvalError(
                    EvalError.Kind.LIMIT,
                    "the evaluation needed more than " + settings.maxAllocation() + " bytes of memory");
        }
    }

    /** Refuses a text that grows beyond the budget. */
    void reserveText(StringBuilder text) {
        if (text.length() > settings.maxAllocation()) {
            reserve(settings.maxAllocation());
        }
    }

    int depth() {
        return depth;
    }

    /** After an error was caught: the calls it left are over. */
    void depth(int before) {
        depth = before;
    }

    /**
     * Begins the evaluation of a value inside the evaluation of another. A chain of these without calls is what could
     * overflow the thread's stack, and where it did, a class that was just being initialized would be lost for good.
     */
    void nest() {
        if (++nested > mostNested) {
            nested--;
            throw new EvalError(EvalError.Kind.LIMIT, "stack overflow (possible infinite recursion)");
        }
    }

    void unnest() {
        nested--;
    }

    /** Begins a call. */
    void enter(@Nullable Expr site) {
        step();
        if (++depth > settings.maxCallDepth()) {
            EvalError error = new EvalError(EvalError.Kind.LIMIT, "stack overflow; max-call-depth exceeded");
            throw site == null ? error : error.at(site);
        }
    }

    void leave() {
        depth--;
    }

    NixValue call(NixValue function, NixValue argument, Expr site) {
        if (function instanceof Closure closure) {
            return body(closure, argument, site);
        }
        return call(function, new NixValue[] {argument}, site);
    }

    NixValue call(NixValue function, NixValue first, NixValue second, Expr site) {
        if (function instanceof Closure closure) {
            return closure.lambda.body() instanceof LambdaExpr inner
                    ? body(closure, first, inner, second, site)
                    : call(body(closure, first, site), second, site);
        }
        return call(function, new NixValue[] {first, second}, site);
    }

    private NixValue body(Closure closure, NixValue argument, Expr site) {
        enter(site);
        LambdaExpr lambda = closure.lambda;
        try {
            NixValue result = lambda.body().eval(this, lambda.enter(this, argument, closure.env, site));
            depth--;
            return result;
        } catch (EvalError e) {
            throw passed(e, lambda, site);
        }
    }

    /** The body of a function of two arguments, which gets both before it is looked at. */
    private NixValue body(Closure closure, NixValue first, LambdaExpr inner, NixValue second, Expr site) {
        enter(site);
        LambdaExpr lambda = closure.lambda;
        try {
            Env env = lambda.enter(this, first, closure.env, site);
            lambda = inner;
            NixValue result = inner.body().eval(this, inner.enter(this, second, env, site));
            depth--;
            return result;
        } catch (EvalError e) {
            throw passed(e, lambda, site);
        }
    }

    private static EvalError passed(EvalError e, LambdaExpr lambda, Expr site) {
        e.at(site);
        e.addCall(lambda, site);
        return e;
    }

    /** Calls with any number of arguments, one after the other. */
    NixValue call(NixValue function, NixValue[] arguments, Expr site) {
        NixValue called = function;
        int next = 0;
        while (next < arguments.length) {
            if (called instanceof Closure closure) {
                enter(site);
                LambdaExpr lambda = closure.lambda;
                try {
                    Env env = lambda.enter(this, arguments[next++], closure.env, site);
                    // A function of several arguments gets them all before its body is looked at.
                    while (next < arguments.length && lambda.body() instanceof LambdaExpr inner) {
                        lambda = inner;
                        env = inner.enter(this, arguments[next++], env, site);
                    }
                    called = lambda.body().eval(this, env);
                    depth--;
                } catch (EvalError e) {
                    throw passed(e, lambda, site);
                }
            } else if (called instanceof Builtin builtin) {
                int left = arguments.length - next;
                if (left < builtin.arity()) {
                    return new PartialBuiltin(builtin, slice(arguments, next, left));
                }
                enter(site);
                NixValue[] all =
                        left == builtin.arity() && next == 0 ? arguments : slice(arguments, next, builtin.arity());
                called = builtin.call(this, all, site);
                depth--;
                next += builtin.arity();
            } else if (called instanceof PartialBuiltin partial) {
                int have = partial.arguments.length;
                int wanted = Math.min(partial.builtin.arity() - have, arguments.length - next);
                NixValue[] all = new NixValue[have + wanted];
                System.arraycopy(partial.arguments, 0, all, 0, have);
                System.arraycopy(arguments, next, all, have, wanted);
                next += wanted;
                if (all.length < partial.builtin.arity()) {
                    return new PartialBuiltin(partial.builtin, all);
                }
                enter(site);
                called = partial.builtin.call(this, all, site);
                depth--;
            } else if (called instanceof NixAttrs attrs && attrs.has(symbols.functor)) {
                enter(site);
                NixValue functor = attrs.findForced(this, symbols.functor);
                called = call(functor == null ? NixNull.NULL : functor, attrs, site);
                depth--;
            } else {
                throw new EvalError(
                                EvalError.Kind.TYPE,
                                "attempt to call something which is not a function but " + called.typeWithArticle()
                                        + ": " + Printer.brief(this, called))
                        .at(site);
            }
        }
        return called;
    }

    private static NixValue[] slice(NixValue[] values, int from, int count) {
        NixValue[] slice = new NixValue[count];
        System.arraycopy(values, from, slice, 0, count);
        return slice;
    }

    EvalError expected(String what, NixValue value) {
        return new EvalError(
                EvalError.Kind.TYPE,
                "expected " + what + " but found " + value.typeWithArticle() + ": " + Printer.brief(this, value));
    }

    EvalError missing(Symbol name, NixAttrs attrs) {
        return new EvalError(EvalError.Kind.MISSING, "attribute '" + name.shown() + "' missing")
                .suggest(suggestKey(name, attrs));
    }

    EvalError infiniteRecursion(Thunk thunk) {
        return new EvalError(EvalError.Kind.RECURSION, "infinite recursion encountered").cyclingThrough(thunk);
    }

    Optional<String> suggestKey(Symbol name, NixAttrs attrs) {
        Set<String> names = new LinkedHashSet<>();
        for (Symbol key : attrs.shape.keys) {
            names.add(Bytes.toUnicode(key.name));
        }
        return Suggestions.didYouMean(Bytes.toUnicode(name.name), names);
    }

    /** A name near a variable that no scope and no {@code with} has. */
    Optional<String> suggestion(Symbol name, Env env, int[] levels, Scope scope) {
        Env at = env;
        int level = 0;
        for (int target : levels) {
            for (; level < target; level++) {
                at = at.up;
            }
            if (((Env.Single) at).value.force(this) instanceof NixAttrs attrs) {
                Optional<String> near = suggestKey(name, attrs);
                if (near.isPresent()) {
                    return near;
                }
            }
        }
        return scope.suggestion(name);
    }

    /** Refuses a string that mentions store paths where only plain text will do. */
    void noContext(NixString string, @Nullable Expr at) {
        if (!string.context.isEmpty()) {
            EvalError error = new EvalError(
                    EvalError.Kind.TYPE,
                    "the string '" + string.bytes + "' is not allowed to refer to a store path (such as '"
                            + string.context.elements.first().shown() + "')");
            throw at == null ? error : error.at(at);
        }
    }

    boolean isDerivation(NixAttrs attrs) {
        NixValue type = attrs.find(symbols.type);
        return type != null && type.force(this) instanceof NixString string && string.bytes.equals("derivation");
    }

    /**
     * The text of a value.
     *
     * @param more also numbers, Booleans, null and lists
     * @param toStore a path is meant as what the store would hold of it
     */
    NixString coerceToString(NixValue value, boolean more, boolean toStore) {
        if (value instanceof NixString string) {
            return string;
        }
        if (value instanceof NixPath path) {
            return toStore ? StorePaths.ofPath(this, path) : new NixString(path.bytes);
        }
        if (value instanceof NixAttrs attrs) {
            NixValue method = attrs.findForced(this, symbols.toStringMethod);
            enter(null);
            NixString text = null;
            if (method != null) {
                NixValue called = call(method, attrs, ApplyExpr.ONE);
                text = coerceToString(called, more, toStore);
            } else {
                NixValue outPath = attrs.findForced(this, symbols.outPath);
                if (outPath != null) {
                    text = coerceToString(outPath, more, toStore);
                }
            }
            depth--;
            if (text != null) {
                return text;
            }
        } else if (more) {
            if (value instanceof NixBool bool) {
                return bool.value() ? new NixString("1") : NixString.EMPTY;
            }
            if (value instanceof NixNull) {
                return NixString.EMPTY;
            }
            if (value instanceof NixInt number) {
                return new NixString(Long.toString(number.value()));
            }
            if (value instanceof NixFloat number) {
                return new NixString(Numbers.fixed(number.value()));
            }
            if (value instanceof NixList list) {
                return joined(list, toStore);
            }
        }
        throw new EvalError(
                EvalError.Kind.TYPE,
                "cannot coerce " + value.typeWithArticle() + " to a string: " + Printer.brief(this, value));
    }

    private NixString joined(NixList list, boolean toStore) {
        StringBuilder out = new StringBuilder();
        Context context = Context.NONE;
        enter(null);
        for (int i = 0; i < list.size(); i++) {
            step();
            NixValue element = list.get(this, i);
            NixString text = coerceToString(element, true, toStore);
            reserve(text.bytes.length());
            out.append(text.bytes);
            context = context.with(text.context);
            boolean emptyList = element instanceof NixList inner && inner.size() == 0;
            if (i < list.size() - 1 && !emptyList) {
                out.append(' ');
            }
        }
        depth--;
        return new NixString(out.toString(), context);
    }

    /** {@code { column; file; line; }}, or null where there is no file. */
    NixValue positionValue(@Nullable Pos position) {
        if (position == null || !position.source().isFile) {
            return NixNull.NULL;
        }
        return new AttrsBuilder(3)
                .put(symbols.file, new NixString(position.source().name))
                .put(symbols.line, NixInt.of(position.source().line(position.offset())))
                .put(symbols.column, NixInt.of(position.source().column(position.offset())))
                .build();
    }

    /** A value that is visible everywhere. */
    NixValue global(String name) {
        NixValue value = globals.get(symbols.of(name));
        if (value == null) {
            throw new IllegalArgumentException("nothing is called " + name);
        }
        return value;
    }

    /** The bound tree of a text. */
    Expr parse(Source source, Scope scope) {
        try {
            Parser parser = new Parser(symbols, source, settings, Lexer.lex(source.text));
            return parser.parse().bind(scope);
        } catch (StackOverflowError e) {
            throw new EvalError(EvalError.Kind.SYNTAX, "the text is nested too deeply to be read")
                    .at(new Pos(source, 0));
        }
    }

    /** What {@code nix-instantiate --parse} prints of a text. */
    String show(Source source) {
        Expr expr = new Parser(symbols, source, settings, Lexer.lex(source.text)).parse();
        String shown = new Shower().expr(expr).toString();
        expr.bind(rootScope());
        return shown;
    }

    /** The scope of a text of the user's. */
    Scope rootScope() {
        return Scope.root(new Scope.Surrounding(globals, surroundings, undefined));
    }

    /** The scope of a text of our own. */
    Scope bareScope() {
        return Scope.root(new Scope.Surrounding(globals, Map.of(), null));
    }
}
