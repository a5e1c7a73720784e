package org.sourceos.cli.machine;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.UsageException;
import org.sourceos.launcher.machine.Machines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sourceos kill}. */
@Command(
        name = "kill",
        header = "Send machines' programs a signal; without -s, end the machines at once.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  sourceos kill web", "  sourceos kill -s HUP web"})
public final class KillCommand extends MachineSubcommand implements Callable<Integer> {
    private static final int HIGHEST = 64;
    private static final Map<String, Integer> SIGNALS = Map.ofEntries(
            Map.entry("HUP", 1),
            Map.entry("INT", 2),
            Map.entry("QUIT", 3),
            Map.entry("ABRT", 6),
            Map.entry("KILL", 9),
            Map.entry("USR1", 10),
            Map.entry("USR2", 12),
            Map.entry("PIPE", 13),
            Map.entry("ALRM", 14),
            Map.entry("TERM", 15),
            Map.entry("CONT", 18),
            Map.entry("STOP", 19),
            Map.entry("TSTP", 20),
            Map.entry("WINCH", 28));

    @Parameters(arity = "1..*", paramLabel = "MACHINE", description = "names, ids, or beginnings of ids")
    private List<String> names = List.of();

    @Option(
            names = {"-s", "--signal"},
            paramLabel = "SIGNAL",
            defaultValue = "KILL",
            description = "a name or a number (default: KILL)")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String signal;

    KillCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        int number = number(signal);
        Machines machines = machines();
        for (String name : names) {
            machines.signal(named(name).id(), number);
        }
        return ExitCode.DONE.status();
    }

    static int number(String text) throws UsageException {
        String name = text.toUpperCase(Locale.ROOT).replaceFirst("^SIG", "");
        Integer number = SIGNALS.get(name);
        if (number == null && name.matches("[1-9][0-9]?") && Integer.parseInt(name) <= HIGHEST) {
            number = Integer.valueOf(name);
        }
        if (number == null) {
            throw new UsageException("-s " + text + ": there is no such signal; write for instance TERM, HUP or 10");
        }
        return number;
    }
}
