package org.sourceos.launcher.machine;

import java.util.Optional;
import org.sourceos.launcher.GuestExit;
import org.sourceos.launcher.guest.GuestMessage;

/** From how a machine ended to what is written down of it. */
final class Ends {
    private static final int ENOENT = 2;

    private Ends() {}

    static MachineEnd of(GuestExit exit) {
        return new MachineEnd(exit.exitStatus(), exit.message());
    }

    /** QEMU is gone, and nobody was there to see how. */
    static MachineEnd unseen(String name) {
        return new MachineEnd(
                GuestExit.ERROR, "the machine " + name + " ended while no service watched over it; how is not known");
    }

    /** What a guest said last of the program {@code program} in the machine {@code name}. */
    static GuestExit of(GuestMessage message, String program, String name) {
        if (message instanceof GuestMessage.Exited exited) {
            return new GuestExit.Exited(exited.status());
        } else if (message instanceof GuestMessage.Signalled signalled) {
            return new GuestExit.Signalled(signalled.signal());
        } else if (message instanceof GuestMessage.NotStarted notStarted) {
            return notStarted.found()
                    ? new GuestExit.NotExecutable("cannot run " + program + " in " + name
                            + ": it is there and cannot be executed (error " + notStarted.errno() + ")")
                    : new GuestExit.NotFound("cannot run " + program + " in " + name
                            + (notStarted.errno() == ENOENT && program.contains("/")
                                    ? ": it is not in the machine, or the interpreter it names is not"
                                    : ": there is no such program in the machine"));
        } else if (message instanceof GuestMessage.Failed failed) {
            return new GuestExit.GuestFailed("cannot run " + program + " in " + name + ": " + failed.text());
        }
        throw new IllegalStateException("not an end: " + message);
    }

    /** The guest has gone without a word. */
    static GuestExit silent(String name, boolean killed, Optional<String> panic, String errors) {
        if (killed) {
            return new GuestExit.Killed("the machine " + name + " was killed");
        } else if (panic.isPresent()) {
            return new GuestExit.Panicked("the kernel of " + name + " panicked; its last words:" + panic.get());
        }
        return new GuestExit.QemuFailed("the machine " + name
                + " ended before its program did: switched off from inside, or its QEMU was killed"
                + (errors.isEmpty() ? "" : "\n" + errors));
    }
}
