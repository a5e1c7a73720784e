package org.sourceos.cli.machine;

import com.google.gson.GsonBuilder;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.launcher.machine.MachineStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sourceos inspect}. */
@Command(
        name = "inspect",
        header = "Show everything that is known of a machine, as JSON.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  sourceos inspect web", "  sourceos inspect web | jq .ports"})
public final class InspectCommand extends MachineSubcommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "MACHINE", description = "its name, id, or the beginning of its id")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String name;

    InspectCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        MachineStatus machine = named(name);
        context()
                .out()
                .println(new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .serializeNulls()
                        .create()
                        .toJson(MachineText.json(machine, machine.usage())));
        return ExitCode.DONE.status();
    }
}
