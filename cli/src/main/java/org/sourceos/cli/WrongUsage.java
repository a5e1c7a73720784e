package org.sourceos.cli;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is said of a command line that cannot be read: in words of users where picocli has those of programmers. */
final class WrongUsage {
    private static final Pattern NO_NUMBER = Pattern.compile(
            "Invalid value for (?:option|positional parameter at index \\d+) (.+): '(.*)' is not an? (?:int|long)");

    private WrongUsage() {}

    static String text(ParameterException failure) {
        if (failure instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().get(0);
            if (!first.startsWith("-")) {
                return unmatched(first, failure.getCommandLine().getCommandSpec());
            }
        }
        String message = String.valueOf(failure.getMessage());
        Matcher number = NO_NUMBER.matcher(message);
        return number.matches()
                ? number.group(1).replaceAll("['()]", "") + " " + number.group(2) + ": write a whole number"
                : message;
    }

    private static String unmatched(String word, CommandSpec command) {
        if (command.parent() == null) {
            return "there is no command " + word;
        }
        List<String> subcommands = command.subcommands().values().stream()
                .map(subcommand -> subcommand.getCommandSpec())
                .filter(subcommand -> !subcommand.usageMessage().hidden())
                .map(CommandSpec::name)
                .distinct()
                .toList();
        return subcommands.isEmpty()
                ? "'" + word + "' is more than `" + command.qualifiedName() + "` takes"
                : "there is no command `" + command.qualifiedName() + " " + word + "`; there are "
                        + String.join(", ", subcommands);
    }
}
