package org.sourceos.cli.machine;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.UsageException;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Terminal;
import org.sourceos.launcher.GuestExit;
import org.sourceos.launcher.guest.GuestExec;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestStreams;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.Machines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sourceos exec}. */
@Command(
        name = "exec",
        header = "Run another program in a machine that runs.",
        customSynopsis = "sourceos exec [-t] MACHINE -- PROGRAM [ARGUMENTS]",
        description = {
            "Standard input, output and error, signals and the exit status are the program's. It runs as the",
            "machine's own does: same user, environment and folder. It ends with the machine.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: the program's; 125 SourceOS failed, 126 not executable,",
            "127 not found in the machine, 128 + n if signal n ended it.",
            "",
            "Examples:",
            "  sourceos exec web -- ls -l /srv",
            "  sourceos exec -t web -- sh",
        })
public final class ExecCommand extends MachineSubcommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "MACHINE", description = "its name, id, or the beginning of its id")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String name;

    @Parameters(index = "1..*", paramLabel = "PROGRAM", description = "the program and its arguments")
    private List<String> command = List.of();

    @Option(
            names = {"-t", "--tty"},
            description = "a terminal for the program")
    private boolean tty;

    ExecCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        if (command.isEmpty()) {
            throw new UsageException("exec needs a program; write for instance: sourceos exec " + name + " -- ls");
        }
        Machines machines = machines();
        MachineStatus machine = named(name);
        Optional<String> term =
                tty ? Optional.of(context().environment().getOrDefault("TERM", "vt100")) : Optional.empty();
        GuestProgram program = machines.programLike(machine.id(), command, term);
        if (!tty) {
            GuestExec exec = machines.exec(machine.id(), program, Optional.empty());
            return end(
                    machine,
                    program,
                    exec,
                    new GuestStreams.Pipes(
                            context().in(), context().out(), context().err()));
        }
        if (!context().terminals().in() || !context().terminals().out()) {
            throw new UsageException("-t needs a terminal, and input or output is none; run it without -t");
        }
        Terminal terminal = context().terminal();
        Terminal.Size size = terminal.size();
        try (Terminal.RawMode raw = terminal.raw()) {
            GuestExec exec = machines.exec(machine.id(), program, Optional.of(size));
            try (Cancellation.Registration resize = context().signals().onResize(() -> resized(terminal, exec))) {
                return end(
                        machine,
                        program,
                        exec,
                        new GuestStreams.OnTerminal(context().in(), context().out(), size));
            }
        }
    }

    private int end(MachineStatus machine, GuestProgram program, GuestExec exec, GuestStreams streams)
            throws IOException, InterruptedException {
        try (Cancellation.Registration signals = context().signals().forward(exec::signal);
                Cancellation.Registration ctrlC = context().cancellation().onCancel(exec::cancel)) {
            GuestExit exit = Machines.exit(machine, program, exec.run(streams));
            context().cancellation().throwIfCancelled();
            if (!exit.message().isEmpty()) {
                context().err().println("sourceos: " + exit.message());
            }
            return exit.exitStatus();
        }
    }

    private static void resized(Terminal terminal, GuestExec exec) {
        try {
            exec.resize(terminal.size());
        } catch (IOException e) {
            // The size is cosmetic; the next change asks again.
        }
    }
}
