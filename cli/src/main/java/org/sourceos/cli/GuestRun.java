package org.sourceos.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.Cancellation;
import org.sourceos.launcher.GuestExit;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.MicroVm;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestSecret;
import org.sourceos.launcher.guest.GuestStreams;
import org.sourceos.launcher.terminal.TerminalSession;

/** A machine on the caller's streams or terminal, from its start to the exit status of its program. */
public final class GuestRun {
    private final CommandContext context;
    private final boolean onTerminal;

    /** @param tty whether the program has a terminal; null for: where input and output are one */
    public GuestRun(CommandContext context, @Nullable Boolean tty) {
        this.context = context;
        this.onTerminal = tty != null
                ? tty
                : context.terminals().in() && context.terminals().out();
    }

    /** Whether the program has a terminal. */
    public boolean onTerminal() {
        return onTerminal;
    }

    /** The caller's, where the program has a terminal. */
    Optional<String> term() {
        return onTerminal ? Optional.of(context.environment().getOrDefault("TERM", "vt100")) : Optional.empty();
    }

    /** What is to run, given the caller's {@code TERM} where it has a terminal. */
    @FunctionalInterface
    public interface Program {
        GuestProgram with(Optional<String> term) throws IOException, LaunchException;
    }

    /** Brings a machine up, which may have the program in it already. */
    @FunctionalInterface
    public interface Start {
        MicroVm machine(GuestProgram program) throws IOException, LaunchException;
    }

    /**
     * @param known secrets that the program is given
     * @param ready told how long the machine took to boot
     */
    public int run(Start start, Program what, List<GuestSecret> known, Consumer<Duration> ready)
            throws IOException, LaunchException {
        GuestProgram program = what.with(term());
        try (MicroVm machine = start.machine(program);
                Cancellation.Registration signals = context.signals().forward(machine::signal)) {
            Optional<GuestExit> failed = machine.awaitReady();
            context.cancellation().throwIfCancelled();
            if (failed.isPresent()) {
                return end(failed.get());
            }
            ready.accept(machine.bootTook());
            if (!onTerminal) {
                return end(machine.run(
                        program, known, new GuestStreams.Pipes(context.in(), context.out(), context.err())));
            }
            try (TerminalSession session = TerminalSession.open(context.terminal(), context.in(), context.out());
                    Cancellation.Registration resize = context.signals().onResize(() -> resized(session, machine))) {
                GuestExit exit = machine.run(program, known, session.streams(machine));
                session.close();
                return end(exit);
            }
        }
    }

    private static void resized(TerminalSession session, MicroVm machine) {
        try {
            session.resized(machine);
        } catch (IOException e) {
            // The size is cosmetic; the next change asks again.
        }
    }

    private int end(GuestExit exit) {
        if (!exit.message().isEmpty()) {
            context.err().println("sourceos: " + exit.message());
        }
        return exit.exitStatus();
    }
}
