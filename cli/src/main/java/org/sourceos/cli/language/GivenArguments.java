package org.sourceos.cli.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import java.util.TreeMap;
import org.sourceos.cli.CommandContext;
import org.sourceos.config.nix.EvalException;
import org.sourceos.config.nix.Evaluator;
import org.sourceos.config.nix.NixText;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.nix.ParseException;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The arguments that a command line has for values that are functions. */
final class GivenArguments {
    @Option(
            names = "--arg",
            arity = "2",
            hideParamSyntax = true,
            paramLabel = "NAME EXPR",
            parameterConsumer = TwoWords.class,
            description = "an argument for a value that is a function")
    private List<Pair> expressions = List.of();

    @Option(
            names = "--argstr",
            arity = "2",
            hideParamSyntax = true,
            paramLabel = "NAME TEXT",
            parameterConsumer = TwoWords.class,
            description = "the same, as a string")
    private List<Pair> strings = List.of();

    record Pair(String name, String text) {}

    Map<String, NixValue> values(Evaluator evaluator, CommandContext context) throws ParseException, EvalException {
        Map<String, NixValue> values = new TreeMap<>();
        for (Pair pair : expressions) {
            NixText text = NixText.of(
                    "«--arg " + pair.name() + "»", context.directory().toString(), pair.text());
            values.put(pair.name(), evaluator.delay(text, Map.of()));
        }
        for (Pair pair : strings) {
            values.put(pair.name(), evaluator.string(pair.text()));
        }
        return values;
    }

    /** Takes the next two words whatever they look like: {@code --arg n -1} is a number below zero. */
    static final class TwoWords implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
            if (words.size() < 2) {
                throw new ParameterException(
                        command.commandLine(),
                        option + " needs two words, a name and its value; "
                                + (words.isEmpty() ? "there are none" : "there is only " + words.peek()));
            }
            List<Pair> known = option.getValue();
            List<Pair> pairs = new ArrayList<>(known);
            pairs.add(new Pair(words.pop(), words.pop()));
            option.setValue(pairs);
        }
    }
}
