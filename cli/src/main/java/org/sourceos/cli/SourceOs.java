package org.sourceos.cli;

import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.importing.ConvertCommand;
import org.sourceos.cli.importing.ExportCommand;
import org.sourceos.cli.importing.ImportCommand;
import org.sourceos.cli.init.InitCommand;
import org.sourceos.cli.install.InstallCommand;
import org.sourceos.cli.language.CheckCommand;
import org.sourceos.cli.language.EvalCommand;
import org.sourceos.cli.language.FmtCommand;
import org.sourceos.cli.language.OptionsCommand;
import org.sourceos.cli.language.ParseCommand;
import org.sourceos.cli.language.instantiate.NixInstantiate;
import org.sourceos.cli.language.repl.ReplCommand;
import org.sourceos.cli.machine.AttachCommand;
import org.sourceos.cli.machine.CheckpointCommand;
import org.sourceos.cli.machine.CloneCommand;
import org.sourceos.cli.machine.ExecCommand;
import org.sourceos.cli.machine.InspectCommand;
import org.sourceos.cli.machine.KillCommand;
import org.sourceos.cli.machine.LogsCommand;
import org.sourceos.cli.machine.PauseCommand;
import org.sourceos.cli.machine.PsCommand;
import org.sourceos.cli.machine.RemoveCommand;
import org.sourceos.cli.machine.RestoreCommand;
import org.sourceos.cli.machine.ResumeCommand;
import org.sourceos.cli.machine.StopCommand;
import org.sourceos.cli.machine.TopCommand;
import org.sourceos.cli.secret.SecretCommand;
import org.sourceos.cli.service.ServiceCommand;
import org.sourceos.cli.store.StoreCommand;
import org.sourceos.cli.system.HooksCommand;
import org.sourceos.cli.system.RebuildCommand;
import org.sourceos.cli.system.ServeCommand;
import org.sourceos.cli.template.TemplateCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program: all its commands, whatever name it was called by. */
@Command(
        name = "sourceos",
        header = "Programs built from source, each in its own micro-VM, kept in git.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = SourceOs.Version.class,
        footer = {
            "",
            "Examples:",
            "  sourceos run hello            build what is missing, then run it in its machine",
            "  sourceos build jq --check     build twice and compare",
            "  sourceos store ls             what has been fetched and built",
            "  sourceos doctor               what of this computer is usable, and how to mend the rest",
            "",
            "`sourceos COMMAND --help` tells more about one command.",
        })
public final class SourceOs implements Runnable {

    /**
     * Other names the program answers to, and the command each stands for; {@link NixInstantiate#NAME} besides, which is no
     * command but a command line of its own.
     */
    public static final Map<String, String> NAMES = Map.of(
            "run", "run",
            "sourceos-rebuild", "rebuild",
            "sourceos-import", "import",
            "sourceos-convert", "convert");

    /** Another name for `sourceos service run`; not one that people type, so it has no completions. */
    public static final String SERVICE_NAME = "sourceosd";

    /** Commands that end with the status of a program in a machine. */
    private static final Set<String> STATUS_OF_GUEST = Set.of("run", "exec", "attach");

    /** After {@code run}, that no program is to run: what fails has a status as of all other commands. */
    public static final String MAKE_TEMPLATE = "--make-template";

    /** In the order in which help lists them. */
    private static final Map<String, Class<?>> COMMANDS = commands();

    private final CommandContext context;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--config",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description = "the configuration repository (also SOURCEOS_CONFIG)")
    private @Nullable Path config;

    @Option(
            names = "--store",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description = "the cache repository (also SOURCEOS_STORE)")
    private @Nullable Path store;

    private SourceOs(CommandContext context) {
        this.context = context;
    }

    /** Runs one command to its end and gives its exit status. Throws nothing. */
    public static int execute(CommandContext context, String... args) {
        return context.name().equals(NixInstantiate.NAME) ? instantiate(context, args) : command(context, args);
    }

    /** Under that name the program has the command line of another. */
    private static int instantiate(CommandContext context, String... args) {
        try {
            return NixInstantiate.run(context, args);
        } catch (RuntimeException e) {
            return Failures.report(context, e, false);
        } finally {
            context.out().flush();
            context.err().flush();
        }
    }

    private static int command(CommandContext context, String... args) {
        List<String> words = new ArrayList<>(Arrays.asList(args));
        String command = NAMES.get(context.name());
        if (command != null) {
            words.add(0, command);
        } else if (context.name().equals(SERVICE_NAME)) {
            words.addAll(0, List.of("service", "run"));
        }
        boolean run = words.indexOf("run") == 0;
        boolean guests =
                !words.isEmpty() && STATUS_OF_GUEST.contains(words.get(0)) && words.indexOf(MAKE_TEMPLATE) != 1;
        CommandLine line = commandLine(context, needed(words));
        line.setParameterExceptionHandler((failure, rest) -> {
            context.err().println("sourceos: " + WrongUsage.text(failure));
            CommandLine.UnmatchedArgumentException.printSuggestions(
                    failure, new PrintWriter(context.err(), true, StandardCharsets.UTF_8));
            context.err()
                    .println("Try `" + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help`.");
            return guests ? ExitCode.RUN_FAILED.status() : ExitCode.UNUSABLE.status();
        });
        line.setExecutionExceptionHandler((failure, at, result) -> Failures.report(context, failure, guests));
        try {
            return line.execute(run ? guestArguments(line).separate(words) : words.toArray(String[]::new));
        } finally {
            context.out().flush();
            context.err().flush();
        }
    }

    static GuestArguments guestArguments(CommandLine line) {
        CommandLine run = line.getSubcommands().get("run");
        return new GuestArguments(Objects.requireNonNull(run).getCommandSpec());
    }

    private static Map<String, Class<?>> commands() {
        Map<String, Class<?>> commands = new LinkedHashMap<>();
        for (Class<?> command : List.of(
                RunCommand.class,
                PsCommand.class,
                TopCommand.class,
                LogsCommand.class,
                ExecCommand.class,
                AttachCommand.class,
                StopCommand.class,
                KillCommand.class,
                PauseCommand.class,
                ResumeCommand.class,
                CheckpointCommand.class,
                RestoreCommand.class,
                CloneCommand.class,
                InspectCommand.class,
                RemoveCommand.class,
                BuildCommand.class,
                RebuildCommand.class,
                HooksCommand.class,
                ServeCommand.class,
                LockCommand.class,
                InitCommand.class,
                ImportCommand.class,
                ExportCommand.class,
                ConvertCommand.class,
                StoreCommand.class,
                SecretCommand.class,
                TemplateCommand.class,
                CheckCommand.class,
                OptionsCommand.class,
                EvalCommand.class,
                ParseCommand.class,
                FmtCommand.class,
                ReplCommand.class,
                DoctorCommand.class,
                ServiceCommand.class,
                InstallCommand.class,
                WarmUpCommand.class)) {
            commands.put(command.getAnnotation(Command.class).name(), command);
        }
        return Collections.unmodifiableMap(commands);
    }

    /** All commands with their options; also what completions and man pages are made from. */
    public static CommandLine commandLine(CommandContext context) {
        return commandLine(context, COMMANDS.keySet());
    }

    /** What a call may need: to read the options of one command takes a tenth of the time that all take. */
    private static Set<String> needed(List<String> words) {
        String first = words.isEmpty() ? "" : words.get(0);
        return COMMANDS.containsKey(first) ? Set.of(first) : COMMANDS.keySet();
    }

    private static CommandLine commandLine(CommandContext context, Set<String> names) {
        ContextFactory factory = new ContextFactory(context);
        CommandLine line = new CommandLine(new SourceOs(context), factory);
        COMMANDS.forEach((name, command) -> {
            if (names.contains(name)) {
                line.addSubcommand(name, new CommandLine(command, factory));
            }
        });
        PrintWriter out = new PrintWriter(context.out(), true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(context.err(), true, StandardCharsets.UTF_8);
        line.setOut(out);
        line.setErr(err);
        line.setUsageHelpAutoWidth(false);
        line.setHelpFactory(FilledHelp::new);
        line.setUsageHelpLongOptionsMaxWidth(28);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(
                context.terminals().out() && context.colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        return line;
    }

    /** Where things are for this call. */
    public Places places() {
        return Places.of(context, User.isRoot(), config, store);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which command?");
    }

    /** Gives each command the context it is made with; picocli makes everything else. */
    private record ContextFactory(CommandContext context) implements CommandLine.IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            try {
                Constructor<K> constructor = type.getDeclaredConstructor(CommandContext.class);
                constructor.setAccessible(true); // commands are package-private, each in the package of its feature
                return constructor.newInstance(context);
            } catch (NoSuchMethodException e) {
                return CommandLine.defaultFactory().create(type);
            }
        }
    }

    /** The program's version. */
    public static final class Version implements CommandLine.IVersionProvider {
        /** As in pom.xml; a test compares the two. */
        public static final String NUMBER = "0.1.0";

        @Override
        public String[] getVersion() {
            return new String[] {"SourceOS " + NUMBER};
        }
    }
}
