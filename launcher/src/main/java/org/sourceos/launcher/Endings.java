package org.sourceos.launcher;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.RunningProcess;
import org.sourceos.launcher.guest.GuestMessage;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.ProtocolException;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.VmSpec;

/** How the life of a machine ended, in words and as an exit status. */
final class Endings {
    private static final Duration END_LIMIT = Duration.ofSeconds(3);
    private static final String PANIC = "Kernel panic - not syncing";
    private static final int ENOENT = 2;

    /** Why we ended it ourselves. */
    enum Reason {
        ASKED,
        CANCELLED,
        BOOT_DEADLINE
    }

    private final VmSpec spec;
    private final RunningProcess process;
    private final ConsoleTail console;

    Endings(VmSpec spec, RunningProcess process, ConsoleTail console) {
        this.spec = spec;
        this.process = process;
        this.console = console;
    }

    /** Its last word, about the program that it ran. */
    GuestExit translate(GuestMessage end, GuestProgram program) {
        String name = program.arguments().get(0);
        if (end instanceof GuestMessage.Exited exited) {
            return new GuestExit.Exited(exited.status());
        } else if (end instanceof GuestMessage.Signalled signalled) {
            return new GuestExit.Signalled(signalled.signal());
        } else if (end instanceof GuestMessage.NotStarted notStarted) {
            if (notStarted.found()) {
                return new GuestExit.NotExecutable("cannot run " + name + " in " + spec.name()
                        + ": it is there and cannot be executed (error " + notStarted.errno()
                        + "); check its mode and that it is built for this machine");
            }
            String why = notStarted.errno() == ENOENT && name.contains("/")
                    ? ": it is not in the machine, or the interpreter it names is not"
                    : ": there is no such program in the machine";
            return new GuestExit.NotFound(
                    "cannot run " + name + " in " + spec.name() + why + "; the recipe's files decide what is inside");
        } else if (end instanceof GuestMessage.Failed failed) {
            return guestFailed(failed.text());
        }
        throw new IllegalStateException("not an end: " + end);
    }

    GuestExit guestFailed(String text) {
        return new GuestExit.GuestFailed("cannot run " + spec.name() + ": " + text);
    }

    GuestExit misbehaved(ProtocolException e) {
        process.kill();
        return new GuestExit.Misbehaved(
                "the machine " + spec.name() + " was ended because its guest broke the protocol: " + e.getMessage());
    }

    /**
     * The channel has ended without a last word: QEMU's end, its console and our own doing tell why.
     *
     * @param reason where we ended it
     * @param deadline of its start
     */
    GuestExit whyGone(Optional<Reason> reason, Duration deadline) {
        Optional<ProcessResult> result = ended();
        String text = console.text();
        if (reason.equals(Optional.of(Reason.BOOT_DEADLINE))) {
            return new GuestExit.BootTimedOut(
                    spec.name() + " did not come up within " + deadline.toSeconds() + " s" + hint() + tail());
        } else if (reason.isPresent()) {
            return new GuestExit.Killed("the machine " + spec.name() + " was killed");
        } else if (text.contains(PANIC)) {
            return new GuestExit.Panicked("the kernel of " + spec.name() + " panicked; its last words:" + tail());
        } else if (result.isPresent() && result.get().succeeded()) {
            return new GuestExit.PoweredOff(
                    "the machine " + spec.name() + " was switched off before its program ended" + tail());
        }
        String stderr = result.map(r -> r.stderrTail().strip()).orElse("");
        return new GuestExit.QemuFailed("the machine " + spec.name() + " has ended: QEMU "
                + result.map(Endings::describe).orElse("stopped answering") + (stderr.isEmpty() ? "" : "\n" + stderr));
    }

    private static String describe(ProcessResult result) {
        int status = result.exitStatus();
        return status > GuestExit.SIGNAL_BASE
                ? "was ended by signal " + (status - GuestExit.SIGNAL_BASE)
                        + (status == GuestExit.KILLED ? " (somebody killed it, or the host is out of memory)" : "")
                : "ended with status " + status;
    }

    private String hint() {
        return spec.accel() == Accel.KVM
                ? " under KVM; run with --accel=tcg"
                : "; the host may be overloaded: try again, or allow more with --boot-timeout";
    }

    private String tail() {
        String lines = console.lastLines();
        return lines.isEmpty() ? "" : "\n" + lines.indent(2).stripTrailing();
    }

    private Optional<ProcessResult> ended() {
        try {
            return process.await(END_LIMIT);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
