package org.sourceos.cli.language;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.config.nix.EvalException;
import org.sourceos.config.nix.Evaluator;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.nix.ParseException;
import org.sourceos.config.nix.PrintStyle;
import org.sourceos.host.Cancellation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sourceos eval}: the value of a text of the configuration language. */
@Command(
        name = "eval",
        header = "Evaluate the configuration language (Nix) and print the value.",
        description = "Needs no Nix: the evaluator is SourceOS's own. Nothing is built or written.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: 0 a value was printed; 1 the evaluation failed; 2 the text is not in the language.",
            "",
            "Examples:",
            "  sourceos eval -E '1 + 2'",
            "  sourceos eval --strict system.source.nix -A system.kernel",
            "  sourceos eval --json family.nix",
            "  sourceos eval --standard -I lib=./lib -E 'import <lib/strings.nix>'",
        })
public final class EvalCommand implements Callable<Integer> {
    private final CommandContext context;

    @Mixin
    private LanguageOptions options = new LanguageOptions();

    @Option(
            names = {"-A", "--attr"},
            paramLabel = "PATH",
            description = "this attribute of the value: system.kernel.version")
    private @Nullable String attribute;

    @Option(names = "--strict", description = "evaluate everything in the value too")
    private boolean strict;

    @Option(names = "--json", description = "as JSON; paths relative to the working directory")
    private boolean json;

    @Option(
            names = "--arg",
            arity = "2",
            paramLabel = "NAME EXPR",
            description = "an argument for a value that is a function")
    private List<String> arguments = List.of();

    @Option(names = "--argstr", arity = "2", paramLabel = "NAME TEXT", description = "the same, as a string")
    private List<String> stringArguments = List.of();

    @Option(names = "--show-trace", description = "on an error, everything that was being evaluated")
    private boolean showTrace;

    EvalCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        LanguageOptions.Input input = options.input(context);
        Evaluator evaluator = new Evaluator(new FolderSourceIo(), options.settings(context));
        try (Cancellation.Registration cancelled = context.cancellation().onCancel(evaluator::cancel)) {
            NixValue value = input.isFile()
                    ? evaluator.evalFile(input.name())
                    : evaluator.evalExpression(input.name(), input.text());
            value = called(evaluator, value);
            if (attribute != null) {
                value = evaluator.select(value, attribute);
            }
            context.out()
                    .println(
                            json
                                    ? evaluator.json(value, context.directory().toString())
                                    : evaluator.print(value, strict, PrintStyle.INSTANTIATE));
            return ExitCode.DONE.status();
        } catch (ParseException e) {
            context.err().println(e.getMessage());
            return ExitCode.UNUSABLE.status();
        } catch (EvalException e) {
            context.cancellation().throwIfCancelled();
            context.err().println(e.getMessage());
            if (showTrace) {
                e.trace().forEach(line -> context.err().println("  " + line));
            }
            return ExitCode.FAILED.status();
        }
    }

    /** A function with a pattern is called with those of the given arguments that it names, as nix-instantiate does. */
    private NixValue called(Evaluator evaluator, NixValue value) throws ParseException, EvalException {
        var formals = evaluator.formals(value);
        if (formals.isEmpty()) {
            return value;
        }
        Map<String, NixValue> given = new LinkedHashMap<>();
        for (int i = 0; i + 1 < arguments.size(); i += 2) {
            given.put(
                    arguments.get(i),
                    evaluator.evalExpression(context.directory().toString(), arguments.get(i + 1)));
        }
        for (int i = 0; i + 1 < stringArguments.size(); i += 2) {
            given.put(stringArguments.get(i), evaluator.string(stringArguments.get(i + 1)));
        }
        given.keySet().retainAll(formals.get().keySet());
        return evaluator.call(value, evaluator.attrs(new TreeMap<>(given)));
    }
}
