package org.sourceos.cli.install;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sourceos.cli.SourceOs;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A command's manual page, made from the same description as its {@code --help}; man(7) macros. */
final class ManPage {
    private final CommandSpec spec;
    private final StringBuilder page = new StringBuilder();

    private ManPage(CommandSpec spec) {
        this.spec = spec;
    }

    /** The page's name without its section: {@code sourceos-store-ls}. */
    static String nameOf(CommandSpec spec) {
        return spec.qualifiedName("-");
    }

    static String of(CommandSpec spec) {
        return new ManPage(spec).text();
    }

    private String text() {
        String name = nameOf(spec);
        line(".TH \"" + name.toUpperCase(Locale.ROOT) + "\" 1 \"\" \"SourceOS " + SourceOs.Version.NUMBER
                + "\" \"SourceOS\"");
        line(".SH NAME");
        String summary = String.join(" ", spec.usageMessage().header());
        line(quoted(name) + " \\- " + quoted(summary.replaceFirst("\\.$", "")));
        line(".SH SYNOPSIS");
        line(".nf");
        line(quoted(new CommandLine.Help(spec, CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .synopsis(0)
                .stripTrailing()));
        line(".fi");
        String[] description = spec.usageMessage().description();
        if (description.length > 0) {
            line(".SH DESCRIPTION");
            for (String text : description) {
                line(text.isEmpty() ? ".PP" : quoted(text));
            }
        }
        List<PositionalParamSpec> positionals =
                spec.positionalParameters().stream().filter(p -> !p.hidden()).toList();
        if (!positionals.isEmpty()) {
            line(".SH ARGUMENTS");
            for (PositionalParamSpec positional : positionals) {
                entry(List.of(positional.paramLabel()), positional);
            }
        }
        List<OptionSpec> options =
                spec.options().stream().filter(o -> !o.hidden()).toList();
        if (!options.isEmpty()) {
            line(".SH OPTIONS");
            for (OptionSpec option : options) {
                List<String> forms = new ArrayList<>();
                for (String form : option.names()) {
                    boolean valued = option.arity().max() > 0;
                    forms.add(form + (valued ? (form.startsWith("--") ? "=" : " ") + option.paramLabel() : ""));
                }
                entry(forms, option);
            }
        }
        List<CommandLine> subcommands = spec.subcommands().values().stream()
                .distinct()
                .filter(c -> !c.getCommandSpec().usageMessage().hidden())
                .toList();
        if (!subcommands.isEmpty()) {
            line(".SH COMMANDS");
            for (CommandLine subcommand : subcommands) {
                line(".TP");
                line("\\fB" + quoted(nameOf(subcommand.getCommandSpec())) + "\\fP(1)");
                line(quoted(String.join(
                        " ", subcommand.getCommandSpec().usageMessage().header())));
            }
        }
        footer(List.of(spec.usageMessage().footer()));
        return page.toString();
    }

    /** Text, then examples, whose lines stay as they are. */
    private void footer(List<String> footer) {
        int examples = footer.indexOf("Examples:");
        List<String> text = examples < 0 ? footer : footer.subList(0, examples);
        if (text.stream().anyMatch(line -> !line.isBlank())) {
            boolean status = text.stream().anyMatch(line -> line.startsWith("Exit status: "));
            line(status ? ".SH EXIT STATUS" : ".SH NOTES");
            for (String line : text) {
                line(line.isEmpty() ? ".PP" : quoted(line.replaceFirst("^Exit status: ", "")));
            }
        }
        if (examples >= 0) {
            line(".SH EXAMPLES");
            line(".nf");
            footer.subList(examples + 1, footer.size()).forEach(line -> line(quoted(line)));
            line(".fi");
        }
    }

    private void entry(List<String> forms, ArgSpec argument) {
        line(".TP");
        line("\\fB" + quoted(String.join(", ", forms)) + "\\fP");
        for (String text : argument.description()) {
            line(quoted(text));
        }
    }

    private void line(String text) {
        page.append(text).append('\n');
    }

    /** Text that troff takes literally. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder();
        for (String line : text.split("\n", -1)) {
            if (quoted.length() > 0) {
                quoted.append('\n');
            }
            String escaped = line.replace("\\", "\\e").replace("-", "\\-");
            quoted.append(ascii(escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped));
        }
        return quoted.toString();
    }

    /** groff(7): a page in any encoding but Latin-1 needs a preprocessor, named characters need none. */
    private static String ascii(String text) {
        StringBuilder ascii = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c < 128) {
                ascii.append((char) c);
            } else {
                ascii.append(String.format("\\[u%04X]", c));
            }
        });
        return ascii.toString();
    }
}
