package org.sourceos.launcher;

/** How a machine's run ended. */
public sealed interface GuestExit {
    /** The program ended by itself. */
    record Exited(int status) implements GuestExit {}

    /** A signal ended the program. */
    record Signalled(int signal) implements GuestExit {}

    /** There is no such program in the machine. */
    record NotFound(String message) implements GuestExit {}

    /** The program is there and cannot be executed. */
    record NotExecutable(String message) implements GuestExit {}

    /** PID 1 could not do what this run asks for. */
    record GuestFailed(String message) implements GuestExit {}

    /** The guest's kernel gave up. */
    record Panicked(String message) implements GuestExit {}

    /** PID 1 did not report within the deadline. */
    record BootTimedOut(String message) implements GuestExit {}

    /** The machine was switched off (from inside, or by a request to QEMU) before its program ended. */
    record PoweredOff(String message) implements GuestExit {}

    /** The guest broke the protocol, so its machine was ended. */
    record Misbehaved(String message) implements GuestExit {}

    /** We ended the machine because somebody asked for it. */
    record Killed(String message) implements GuestExit {}

    /** QEMU ended, or was killed from outside. */
    record QemuFailed(String message) implements GuestExit {}

    int ERROR = 125;
    int NOT_EXECUTABLE = 126;
    int NOT_FOUND = 127;
    int SIGNAL_BASE = 128;
    int KILLED = SIGNAL_BASE + 9;

    /** The status our own process ends with: the program's, or what podman uses where there is none. */
    default int exitStatus() {
        if (this instanceof Exited exited) {
            return exited.status();
        } else if (this instanceof Signalled signalled) {
            return SIGNAL_BASE + signalled.signal();
        } else if (this instanceof NotFound) {
            return NOT_FOUND;
        } else if (this instanceof NotExecutable) {
            return NOT_EXECUTABLE;
        } else if (this instanceof Killed) {
            return KILLED;
        }
        return ERROR;
    }

    /** What to tell the user; empty where the program has had its say. */
    default String message() {
        return "";
    }
}
