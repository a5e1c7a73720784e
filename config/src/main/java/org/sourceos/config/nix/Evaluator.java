package org.sourceos.config.nix;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.sourceos.config.nix.syntax.Lexer;
import org.sourceos.config.nix.syntax.TokenKind;
import org.sourceos.config.nix.syntax.Tokens;

/**
 * Evaluates texts of the Nix language. Values keep a tie to the evaluator that made them; files are read once and imported
 * values shared. One evaluation at a time; {@link #cancel} may come from any thread. Nothing is read except through the
 * {@link SourceIo}, nothing is written, no process is started.
 */
public final class Evaluator {
    private final Interp in;
    private final DeepThread thread;

    public Evaluator(SourceIo io, EvalSettings settings) {
        this.in = new Interp(io, settings);
        this.thread = new DeepThread(settings.maxCallDepth());
    }

    /**
     * @param surroundings names that every text sees as if {@code with surroundings;} were before it; made when first asked
     *     for
     */
    public Evaluator(SourceIo io, EvalSettings settings, Surroundings surroundings) {
        this(io, settings);
        Evaluation evaluation = new Evaluation(in);
        for (String name : surroundings.names()) {
            in.surroundings.put(
                    in.symbols.of(Bytes.of(name)), evaluation.lazy(() -> surroundings.value(evaluation, name)));
        }
    }

    /** What surrounds every text: a closed set of named values. */
    public interface Surroundings {
        SortedSet<String> names();

        /** Of one of the {@link #names}. */
        NixValue value(Evaluation evaluation, String name);
    }

    /** Runs Java code that takes part in an evaluation. */
    public <T> T evaluate(Function<Evaluation, T> task) throws EvalException {
        return evaluating(() -> task.apply(new Evaluation(in)));
    }

    /**
     * The value of a text, to its outermost constructor.
     *
     * @param fileName an absolute path: relative paths in the text start from its directory
     */
    public NixValue eval(String fileName, String text) throws ParseException, EvalException {
        String file = Bytes.of(fileName);
        return evaluate(new Source(file, Files.parent(file), Bytes.of(text), true, true));
    }

    /** As {@link #eval}, of a text given as bytes, one per char. */
    NixValue evalBytes(String fileName, String bytes) throws ParseException, EvalException {
        String file = Bytes.of(fileName);
        return evaluate(new Source(file, Files.parent(file), bytes, true, true));
    }

    /** The value of an expression that is in no file, such as {@code -E}'s; relative paths start from a directory. */
    public NixValue evalExpression(String baseDirectory, String text) throws ParseException, EvalException {
        return evaluate(expression(baseDirectory, text));
    }

    /** The value of a text, to its outermost constructor. */
    public NixValue eval(NixText text) throws ParseException, EvalException {
        return evaluate(text.source());
    }

    /** As {@link #eval(NixText)}, with further variables, which hide builtins of their names. */
    public NixValue eval(NixText text, Map<String, NixValue> variables) throws ParseException, EvalException {
        return parsing(() -> Bound.of(in, text.source(), variables).eval(in));
    }

    /** As {@link #eval(NixText, Map)}, but evaluated only when it is needed; that it can be read is known at once. */
    public NixValue delay(NixText text, Map<String, NixValue> variables) throws ParseException, EvalException {
        return parsing(() -> Bound.of(in, text.source(), variables).delay(in));
    }

    /** The text of a file, or of the {@code default.nix} of a directory. */
    public NixText read(String path) throws EvalException {
        return evaluating(() -> in.files.text(Bytes.of(path)));
    }

    /** The path that {@code <name>} stands for. */
    public String findFile(String name) throws EvalException {
        return Bytes.toUnicode(evaluating(() -> {
            NixValue[] arguments = {in.global("__nixPath"), string(name)};
            return in.coerceToString(FileBuiltins.findFile(in, arguments, ApplyExpr.ONE), false, false).bytes;
        }));
    }

    /** The value of a file, or of the {@code default.nix} of a directory. */
    public NixValue evalFile(String path) throws ParseException, EvalException {
        return parsing(() -> in.files.importFile(Bytes.of(path)));
    }

    private NixValue evaluate(Source source) throws ParseException, EvalException {
        return parsing(() -> in.parse(source, in.rootScope()).eval(in, Env.ROOT));
    }

    private static Source expression(String baseDirectory, String text) {
        return new Source(Bytes.of("«string»"), Bytes.of(baseDirectory), Bytes.of(text), false, true);
    }

    /** The text as {@code nix-instantiate --parse} prints it. */
    public String parse(String fileName, String text) throws ParseException {
        String file = Bytes.of(fileName);
        return parse(new Source(file, Files.parent(file), Bytes.of(text), true, true));
    }

    /** As {@link #parse}, of an expression that is in no file. */
    public String parseExpression(String baseDirectory, String text) throws ParseException {
        return parse(expression(baseDirectory, text));
    }

    /** As {@link #parse(String, String)}, bytes as they are. */
    public byte[] parse(NixText text) throws ParseException {
        return Bytes.toArray(shown(text.source()));
    }

    /** Whether the text ends too early, so that more of it could make it right: in an open bracket, string or comment. */
    public boolean isIncomplete(NixText text) {
        Tokens tokens = Lexer.lex(text.source().text);
        for (int i = 0; i + 1 < tokens.size(); i++) {
            // Nowhere in the language may one follow the other but at the beginning of a comment.
            if (tokens.kind(i) == TokenKind.DIVIDE && tokens.kind(i + 1) == TokenKind.TIMES) {
                return true;
            }
        }
        try {
            parse(text);
            return false;
        } catch (ParseException e) {
            return e.error().kind == EvalError.Kind.SYNTAX && e.nixMessage().contains("unexpected end of file");
        }
    }

    private String parse(Source source) throws ParseException {
        return Bytes.toUnicode(shown(source));
    }

    private String shown(Source source) throws ParseException {
        try {
            return parsing(() -> in.show(source));
        } catch (EvalException e) {
            throw e.asParseException();
        }
    }

    /** The value to its outermost constructor. */
    public NixValue force(NixValue value) throws EvalException {
        return evaluating(() -> value.force(in));
    }

    /** The value, with everything in it evaluated. */
    public NixValue deepForce(NixValue value) throws EvalException {
        return evaluating(() -> {
            ControlBuiltins.forceDeeply(in, value);
            return value.force(in);
        });
    }

    /** The result of a function, or of a set that can be called. */
    public NixValue call(NixValue function, NixValue... arguments) throws EvalException {
        return evaluating(() -> in.call(function.force(in), arguments.clone(), ApplyExpr.ONE));
    }

    /** A set of named values, such as the argument of a configuration that is a function. */
    public NixAttrs attrs(Map<String, NixValue> values) {
        AttrsBuilder builder = new AttrsBuilder(values.size());
        values.forEach((name, value) -> builder.put(in.symbols.of(Bytes.of(name)), value));
        return builder.build();
    }

    public NixValue string(String text) {
        return new NixString(Bytes.of(text));
    }

    /** What {@code value.a.b} is; a number selects from a list. As {@code -A a.b}. */
    public NixValue select(NixValue value, String path) throws EvalException {
        return select(value, path, Map.of());
    }

    /** As {@link #select(NixValue, String)}; functions on the way are called as {@link #autoCall} does. */
    public NixValue select(NixValue value, String path, Map<String, NixValue> arguments) throws EvalException {
        NixAttrs given = attrs(arguments);
        return evaluating(() -> AttrPaths.select(in, value, given, Bytes.of(path)));
    }

    /**
     * The value, called when it is a function with a pattern (or a set that is called like one): with those of the arguments
     * that the pattern names, or all of them where it has {@code ...}. As {@code nix-instantiate} treats what it evaluates.
     */
    public NixValue autoCall(NixValue value, Map<String, NixValue> arguments) throws EvalException {
        NixAttrs given = attrs(arguments);
        return evaluating(() -> AttrPaths.autoCall(in, value, given));
    }

    /** The arguments a function's pattern names, each with whether it may be left out; empty for other values. */
    public Optional<SortedMap<String, Boolean>> formals(NixValue value) throws EvalException {
        return evaluating(() -> {
            if (value.force(in) instanceof Closure closure && closure.lambda.formals != null) {
                SortedMap<String, Boolean> formals = new TreeMap<>();
                for (LambdaExpr.Formal formal : closure.lambda.formals) {
                    formals.put(Bytes.toUnicode(formal.name.name), formal.isOptional());
                }
                return Optional.of(formals);
            }
            return Optional.empty();
        });
    }

    /**
     * The value on one line.
     *
     * @param strict whether what is not evaluated is evaluated
     */
    public String print(NixValue value, boolean strict, PrintStyle style) throws EvalException {
        return Bytes.toUnicode(evaluating(() -> {
            if (strict) {
                ControlBuiltins.forceDeeply(in, value);
            }
            return Printer.print(in, value, style, strict);
        }));
    }

    /**
     * The value for a person, on several lines where it is long.
     *
     * @param depth how many levels of lists and sets are shown; they are evaluated
     */
    public String pretty(NixValue value, int depth) throws EvalException {
        return Bytes.toUnicode(evaluating(() -> PrettyPrinter.print(in, value, depth)));
    }

    /** What is known of a function, or of a set that can be called; empty for other values. */
    public Optional<FunctionDescription> describe(NixValue value) throws EvalException {
        return evaluating(() -> FunctionDescription.of(in, value.force(in)));
    }

    /** The names that every text sees: builtins and what surrounds it. */
    public SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>();
        in.globals.keySet().forEach(symbol -> names.add(Bytes.toUnicode(symbol.name)));
        in.surroundings.keySet().forEach(symbol -> names.add(Bytes.toUnicode(symbol.name)));
        return names;
    }

    /**
     * The value as JSON, on one line.
     *
     * @param relativeTo paths below this directory are written relative to it ({@code ./a}), others are absolute
     */
    public String json(NixValue value, String relativeTo) throws EvalException {
        String root = Bytes.of(relativeTo);
        return Bytes.toUnicode(evaluating(
                () -> JsonText.string(in, value, (interp, path) -> relative(root, path)).bytes));
    }

    /** The value as {@code nix-instantiate --json} writes it; a path cannot be written, for there is no store. */
    public String json(NixValue value) throws EvalException {
        return Bytes.toUnicode(evaluating(() -> JsonText.string(in, value).bytes));
    }

    /**
     * What {@code nix-instantiate --eval} prints; all but {@link OutputForm#RAW} ends with a newline.
     *
     * @param strict whether what is not evaluated is evaluated
     */
    public byte[] output(NixValue value, OutputForm form, boolean strict) throws EvalException {
        return Bytes.toArray(evaluating(() -> {
            if (strict && form == OutputForm.VALUE) {
                ControlBuiltins.forceDeeply(in, value);
            }
            return switch (form) {
                case VALUE -> Printer.print(in, value, PrintStyle.INSTANTIATE, strict) + "\n";
                case JSON -> JsonText.instantiated(in, value, strict) + "\n";
                case XML, XML_WITHOUT_PLACES -> XmlText.instantiated(in, value, strict, form == OutputForm.XML);
                case RAW -> in.coerceToString(value.force(in), false, true).bytes;
            };
        }));
    }

    private static NixString relative(String root, NixPath path) {
        String bytes = path.bytes;
        if (bytes.equals(root)) {
            return new NixString("./.");
        }
        String prefix = root.endsWith("/") ? root : root + "/";
        return new NixString(bytes.startsWith(prefix) ? "./" + bytes.substring(prefix.length()) : bytes);
    }

    /** Ends the evaluation that is running, if any, with an {@link EvalException}. */
    public void cancel() {
        in.cancel();
    }

    private <T> T evaluating(Callable<T> task) throws EvalException {
        try {
            return parsing(task);
        } catch (ParseException e) {
            throw EvalException.of(e.error());
        }
    }

    private <T> T parsing(Callable<T> task) throws ParseException, EvalException {
        try {
            return thread.run(() -> guarded(task), in::cancel);
        } catch (EvalError e) {
            if (e.kind == EvalError.Kind.SYNTAX) {
                throw ParseException.of(e);
            }
            throw EvalException.of(e);
        }
    }

    private <T> T guarded(Callable<T> task) throws Exception {
        in.restart();
        try {
            return task.call();
        } catch (StackOverflowError e) {
            throw new EvalError(EvalError.Kind.LIMIT, "stack overflow (possible infinite recursion)");
        } catch (OutOfMemoryError e) {
            throw new EvalError(
                    EvalError.Kind.LIMIT, "the evaluation needed more memory than there is; it may never end");
        }
    }
}
