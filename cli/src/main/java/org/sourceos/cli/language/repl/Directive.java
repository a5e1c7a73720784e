package org.sourceos.cli.language.repl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.sourceos.config.diagnostic.Suggestions;

/** What a line that begins with a colon asks for; the names are those of {@code nix repl}. */
enum Directive {
    ADD("EXPR", "make the attributes of a set names of their own", ":a", ":add"),
    DOC("EXPR", "what a function does, or what a package can be given", ":doc"),
    ENV("", "the names that were defined here", ":env"),
    HELP("", "this list", ":?", ":help"),
    LOAD("FILE", "make the attributes of a file's set names of their own", ":l", ":load"),
    PRINT("EXPR", "print a value with everything in it", ":p", ":print"),
    QUIT("", "leave; as Ctrl-D", ":q", ":quit"),
    RELOAD("", "forget everything, and load the files again", ":r", ":reload"),
    TYPE("EXPR", "the type of a value", ":t"),
    TRACE("[true|false]", "whether errors show all that was being evaluated", ":te", ":trace-enable");

    private static final int COLUMN = 24;

    private final String argument;
    private final String description;
    private final List<String> names;

    Directive(String argument, String description, String... names) {
        this.argument = argument;
        this.description = description;
        this.names = List.of(names);
    }

    static Optional<Directive> of(String name) {
        return Arrays.stream(values())
                .filter(directive -> directive.names.contains(name))
                .findFirst();
    }

    static Optional<String> suggestion(String name) {
        return Suggestions.didYouMean(name, allNames());
    }

    static List<String> allNames() {
        return Arrays.stream(values())
                .flatMap(directive -> directive.names.stream())
                .sorted()
                .toList();
    }

    /** Whether what follows is an expression of the language, which may go on over several lines. */
    boolean takesExpression() {
        return argument.equals("EXPR");
    }

    boolean takesFile() {
        return argument.equals("FILE");
    }

    /** How to ask for it. */
    String usage() {
        return names.get(0) + " " + argument + ": " + description;
    }

    /** The list that {@code :?} prints. */
    static String help() {
        List<String> lines = new ArrayList<>();
        lines.add(line("EXPR", "print a value; what is deep inside it as { ... }"));
        lines.add(line("NAME = EXPR", "give a value a name"));
        for (Directive directive : values()) {
            lines.add(line(String.join(", ", directive.names) + " " + directive.argument, directive.description));
        }
        lines.add("");
        lines.add("A line that is not complete goes on in the next one. Tab completes names, attributes and files;");
        lines.add("Ctrl-C ends an evaluation.");
        return String.join("\n", lines);
    }

    private static String line(String left, String right) {
        return "  " + left + " ".repeat(Math.max(1, COLUMN - left.length())) + right;
    }
}
