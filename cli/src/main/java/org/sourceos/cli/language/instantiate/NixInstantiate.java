package org.sourceos.cli.language.instantiate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.language.FolderSourceIo;
import org.sourceos.cli.language.SearchPath;
import org.sourceos.cli.language.instantiate.Arguments.Given;
import org.sourceos.cli.language.instantiate.Arguments.Task;
import org.sourceos.config.nix.EvalException;
import org.sourceos.config.nix.Evaluator;
import org.sourceos.config.nix.NixText;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.nix.ParseException;
import org.sourceos.host.Cancellation;

/**
 * The program under the name {@code nix-instantiate}: understands that program's command line and prints what it prints, as
 * far as no store is needed. Exit status 0, or 1 for any error.
 */
public final class NixInstantiate {
    /** The name it answers to. */
    public static final String NAME = "nix-instantiate";

    private static final String TRY = "Try 'nix-instantiate --help' for more information.";

    private final CommandContext context;
    private final Arguments arguments;
    private final Evaluator evaluator;

    private NixInstantiate(CommandContext context, Arguments arguments, Evaluator evaluator) {
        this.context = context;
        this.arguments = arguments;
        this.evaluator = evaluator;
    }

    public static int run(CommandContext context, String... words) {
        Arguments arguments;
        Evaluator evaluator;
        try {
            NixSettings known = NixSettings.load();
            arguments = CommandLineReader.read(known, words);
            evaluator = new Evaluator(new FolderSourceIo(), Rules.of(context, arguments, known));
        } catch (CommandLineReader.UsageException e) {
            context.err().println(NixMessages.error(String.valueOf(e.getMessage())) + "\n" + TRY);
            return ExitCode.FAILED.status();
        }
        NixInstantiate program = new NixInstantiate(context, arguments, evaluator);
        try (Cancellation.Registration cancelled = context.cancellation().onCancel(evaluator::cancel)) {
            return program.run();
        } catch (ParseException e) {
            context.err().println(NixMessages.error(e.report(), arguments.isOn("show-trace")));
        } catch (EvalException e) {
            context.cancellation().throwIfCancelled();
            context.err().println(NixMessages.error(e.report(), arguments.isOn("show-trace")));
        } catch (Refusal e) {
            context.err().println(NixMessages.error(String.valueOf(e.getMessage())));
        } catch (NoSuchFileException e) {
            context.err().println(NixMessages.error("path '" + e.getMessage() + "' does not exist"));
        } catch (IOException e) {
            context.err().println(NixMessages.error("cannot read what the command line names: " + e.getMessage()));
        }
        return ExitCode.FAILED.status();
    }

    private int run() throws IOException, ParseException, EvalException, Refusal {
        switch (arguments.task()) {
            case HELP -> context.out().print(Help.text());
            case VERSION -> context.out().println(Help.version(evaluator));
            case FIND_FILE -> {
                for (String name : arguments.operands()) {
                    context.out().println(evaluator.findFile(name));
                }
            }
            case INSTANTIATE ->
                throw new Refusal("SourceOS has no store to instantiate derivations in; --eval prints the value of an"
                        + " expression, --parse its tree");
            case EVALUATE, PARSE -> {
                Map<String, NixValue> given = arguments.task() == Task.PARSE ? Map.of() : given();
                if (arguments.fromStandardInput()) {
                    print(NixText.of("«stdin»", directory(), context.in().readAllBytes()), given);
                }
                // Each is read when its turn comes: what is printed before a mistake stays printed.
                for (String operand : operands()) {
                    print(arguments.fromArguments() ? expression(operand) : evaluator.read(file(operand)), given);
                }
            }
        }
        return ExitCode.DONE.status();
    }

    private void print(NixText text, Map<String, NixValue> given) throws IOException, ParseException, EvalException {
        if (arguments.task() == Task.PARSE) {
            context.out().write(evaluator.parse(text));
            context.out().println();
            return;
        }
        NixValue root = evaluator.eval(text);
        for (String path : arguments.attributes().isEmpty() ? List.of("") : arguments.attributes()) {
            NixValue value = evaluator.select(root, path, given);
            if (!given.isEmpty()) {
                value = evaluator.autoCall(value, given);
            }
            context.out().write(evaluator.output(value, arguments.form(), arguments.strict()));
        }
    }

    private List<String> operands() {
        boolean none = arguments.operands().isEmpty() && !arguments.fromStandardInput() && !arguments.fromArguments();
        return none ? List.of("./default.nix") : arguments.operands();
    }

    private String directory() {
        return context.directory().toString();
    }

    private NixText expression(String text) {
        return NixText.of("«string»", directory(), text);
    }

    private String file(String operand) throws EvalException, Refusal {
        if (operand.length() > 2 && operand.startsWith("<") && operand.endsWith(">")) {
            return evaluator.findFile(operand.substring(1, operand.length() - 1));
        }
        if (SearchPath.isUrl(operand)) {
            throw new Refusal("cannot fetch '" + operand + "': SourceOS fetches nothing for an evaluation; download it"
                    + " and name the file");
        }
        return context.directory().resolve(operand).normalize().toString();
    }

    private Map<String, NixValue> given() throws IOException, ParseException, EvalException {
        Map<String, NixValue> values = new TreeMap<>();
        for (Map.Entry<String, Given> entry : arguments.given().entrySet()) {
            values.put(entry.getKey(), value(entry.getValue()));
        }
        return values;
    }

    private NixValue value(Given given) throws IOException, ParseException, EvalException {
        return switch (given.source()) {
            case EXPRESSION -> evaluator.delay(expression(given.text()), Map.of());
            case STRING -> evaluator.string(given.text());
            case FILE ->
                evaluator.string(Files.readString(context.directory().resolve(given.text()), StandardCharsets.UTF_8));
            case STANDARD_INPUT -> evaluator.string(new String(context.in().readAllBytes(), StandardCharsets.UTF_8));
        };
    }

    /** What is asked for and not to be had here. The message is complete. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1;

        Refusal(String message) {
            super(message);
        }
    }
}
