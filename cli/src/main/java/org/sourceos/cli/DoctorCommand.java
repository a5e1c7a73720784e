package org.sourceos.cli;

import java.util.concurrent.Callable;
import org.sourceos.cli.doctor.Doctor;
import org.sourceos.cli.doctor.KvmCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code sourceos doctor}. */
@Command(
        name = "doctor",
        header = "Say what of this computer is usable, and what to do about the rest.",
        description = "Exit status 1 when something is missing that building or running needs.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    private final CommandContext context;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceOs parent;

    @Option(names = "--json", description = "as JSON")
    private boolean json;

    DoctorCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        Places places = parent.places();
        return new Doctor(context, places, new KvmCheck(context, places)).report(json)
                ? ExitCode.DONE.status()
                : ExitCode.FAILED.status();
    }
}
