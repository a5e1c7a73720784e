package org.sourceos.cli.language.repl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.SourceOs;
import org.sourceos.cli.language.ConfigurationFolder;
import org.sourceos.cli.language.RuleOptions;
import org.sourceos.config.nix.EvalException;
import org.sourceos.rebuild.RebuildException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sourceos repl}: the language, a line at a time. */
@Command(
        name = "repl",
        header = "Try the configuration language (Nix), a line at a time.",
        description = {
            "Names of packages mean packages; pkgs and lib are there, and, in a folder with a configuration, config.",
            "Needs no Nix. From a pipe it reads lines without a prompt.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: 0; when it does not read from a terminal, 1 if something went wrong.",
            "",
            "Examples:",
            "  sourceos repl",
            "  sourceos repl family.nix                its attributes are names",
            "  sourceos repl --standard -I lib=./lib   Nix as it is everywhere",
            "  echo ':doc map' | sourceos repl",
        })
public final class ReplCommand implements Callable<Integer> {
    private final CommandContext context;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceOs parent;

    @Parameters(arity = "0..*", paramLabel = "FILE", description = "files whose attributes become names")
    private List<Path> files = List.of();

    @Mixin
    private RuleOptions rules = new RuleOptions();

    ReplCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        Output output = new Output();
        Session session = new Session(context, () -> setting(output));
        List<Path> toLoad = files.stream()
                .map(file -> context.directory().resolve(file).normalize())
                .toList();
        boolean onTerminal = context.terminals().in() && context.terminals().out();
        try (Console console = onTerminal ? terminal(session) : new StreamConsole(context)) {
            output.console = console;
            if (onTerminal) {
                console.say("SourceOS " + SourceOs.Version.NUMBER + "; :? lists what can be asked, Ctrl-D leaves");
            }
            boolean allWell = new Repl(context, session, console).run(toLoad);
            return (allWell || onTerminal ? ExitCode.DONE : ExitCode.FAILED).status();
        }
    }

    /** Where traces go; known only when there is a session to complete names from. */
    private static final class Output {
        private @Nullable Console console;

        void line(String text) {
            if (console != null) {
                console.complain(text);
            }
        }
    }

    private RuleOptions.Setting setting(Output output) throws RebuildException, EvalException {
        Path entry = context.directory().resolve(ConfigurationFolder.ENTRY);
        return Files.isRegularFile(entry)
                ? rules.ofFile(context, entry, output::line)
                : rules.ofFolder(context, context.directory(), output::line);
    }

    private Console terminal(Session session) throws IOException {
        return TerminalConsole.open(
                context,
                context.terminal(),
                parent.places().state().resolve("repl-history"),
                new Completions(session, context.directory()));
    }
}
