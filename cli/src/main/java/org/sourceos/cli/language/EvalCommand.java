package org.sourceos.cli.language;

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
        description = {
            "Needs no Nix: the evaluator is SourceOS's own. Nothing is built or written.",
            "Names of packages mean packages; a function is given pkgs, lib and config.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: 0 a value was printed; 1 the evaluation failed; 2 the text is not in the language.",
            "",
            "Examples:",
            "  sourceos eval -E '1 + 2'",
            "  sourceos eval --strict system.source.nix -A system.kernel",
            "  sourceos eval --json family.nix",
            "  sourceos eval --arg n '1 + 2' --argstr s x -E '{ n, s }: s + toString n'",
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

    @Option(names = "--json", description = "as JSON; paths relative to the configuration's folder")
    private boolean json;

    @Mixin
    private GivenArguments arguments = new GivenArguments();

    @Option(names = "--show-trace", description = "on an error, everything that was being evaluated")
    private boolean showTrace;

    EvalCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        LanguageOptions.Input input = options.input(context);
        RuleOptions.Setting setting = options.setting(context, input);
        Evaluator evaluator = setting.evaluator();
        try (Cancellation.Registration cancelled = context.cancellation().onCancel(evaluator::cancel)) {
            NixValue value = input.isFile()
                    ? evaluator.evalFile(input.name())
                    : evaluator.evalExpression(input.name(), input.text());
            Map<String, NixValue> given = new TreeMap<>(setting.arguments());
            given.putAll(arguments.values(evaluator, context));
            value = attribute == null ? evaluator.autoCall(value, given) : evaluator.select(value, attribute, given);
            context.out()
                    .println(
                            json
                                    ? evaluator.json(value, setting.root())
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
}
