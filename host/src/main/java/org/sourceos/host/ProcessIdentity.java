package org.sourceos.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One process, told from a later one that got its number by when it was started.
 *
 * @param startedTicks field 22 of {@code /proc/PID/stat} (proc(5))
 */
public record ProcessIdentity(long pid, long startedTicks) {
    /** From the field behind the name on: state, parent, …; the start time is the 20th. */
    private static final int STATE = 0;

    private static final int STARTED = 19;

    /** The process that has the number now. */
    public static Optional<ProcessIdentity> of(long pid) {
        return stat(pid).map(fields -> new ProcessIdentity(pid, Long.parseLong(fields[STARTED])));
    }

    /** Whether it still runs; one that has ended and that nobody has waited for does not. */
    public boolean isAlive() {
        return stat(pid)
                .filter(fields -> Long.parseLong(fields[STARTED]) == startedTicks)
                .filter(fields -> !fields[STATE].equals("Z") && !fields[STATE].equals("X"))
                .isPresent();
    }

    /** Ends it (SIGKILL), if it still is that process. */
    public void kill() {
        if (isAlive()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** Behind the program's name, which may have spaces and brackets in it. */
    private static Optional<String[]> stat(long pid) {
        try {
            String text = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            String[] fields = text.substring(text.lastIndexOf(')') + 1).trim().split(" ", -1);
            return fields.length > STARTED ? Optional.of(fields) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
