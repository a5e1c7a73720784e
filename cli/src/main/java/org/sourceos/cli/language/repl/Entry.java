package org.sourceos.cli.language.repl;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What somebody typed, one line or several. */
sealed interface Entry {
    /** Nothing but white space. */
    record Nothing() implements Entry {}

    record Expression(String text) implements Entry {}

    /** {@code name = text}, with or without a semicolon at the end. */
    record Binding(String name, String text) implements Entry {}

    record Command(Directive directive, String argument) implements Entry {}

    /** A colon and a word that is no directive. */
    record Unknown(String word) implements Entry {}

    Pattern BINDING = Pattern.compile("\\s*([A-Za-z_][A-Za-z0-9_'-]*)\\s*=(?!=)(.*)", Pattern.DOTALL);
    Pattern COMMAND = Pattern.compile("\\s*(:\\S*)(?:\\s+(.*))?", Pattern.DOTALL);

    static Entry of(String typed) {
        if (typed.isBlank()) {
            return new Nothing();
        }
        Matcher command = COMMAND.matcher(typed);
        if (command.matches()) {
            String argument = command.group(2) == null ? "" : command.group(2).strip();
            return Directive.of(command.group(1))
                    .<Entry>map(directive -> new Command(directive, argument))
                    .orElseGet(() -> new Unknown(command.group(1)));
        }
        Matcher binding = BINDING.matcher(typed);
        if (binding.matches()) {
            return new Binding(binding.group(1), binding.group(2).strip().replaceFirst(";$", ""));
        }
        return new Expression(typed);
    }

    /** The text in the language that is in it, if any. */
    default Optional<String> expression() {
        if (this instanceof Expression expression) {
            return Optional.of(expression.text());
        }
        if (this instanceof Binding binding) {
            return Optional.of(binding.text());
        }
        if (this instanceof Command command
                && command.directive().takesExpression()
                && !command.argument().isEmpty()) {
            return Optional.of(command.argument());
        }
        return Optional.empty();
    }
}
