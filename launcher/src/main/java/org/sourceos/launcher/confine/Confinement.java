package org.sourceos.launcher.confine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sourceos.launcher.LaunchException;

/**
 * How QEMU is kept apart from the host: by the program {@code confine}, which sets it all up and starts it.
 *
 * @param program where that program is; empty where QEMU is started as it is
 * @param required nothing is started where the host does not permit all of it
 * @param firstUser the lowest of the user numbers that machines of root have, each its own
 * @param folder where the lists of libraries of each QEMU are kept, a private one
 */
public record Confinement(Optional<Path> program, boolean required, long firstUser, Path folder) {
    /** Above what Debian and systemd give to anybody, and low enough for whoever takes them for signed numbers. */
    public static final long FIRST_USER = 1_900_000_000L;
    /** As many as there can be processes: the user's number is {@code firstUser} and the process's together. */
    public static final long USERS = 1L << 22;

    private static final int PASSWD_UID = 2;
    private static final int SUBUID_FIRST = 1;
    private static final int SUBUID_COUNT = 2;

    /** None: QEMU is a process of the caller's like any other. */
    public static Confinement none(Path folder) {
        return new Confinement(Optional.empty(), false, FIRST_USER, folder);
    }

    public boolean isOn() {
        return program.isPresent();
    }

    /** Numbers that somebody has already are nobody's of their own. */
    public void check() throws LaunchException {
        refuseTaken(Path.of("/etc/passwd"));
        refuseTaken(Path.of("/etc/subuid"));
    }

    private void refuseTaken(Path file) throws LaunchException {
        for (String line : lines(file)) {
            String[] fields = line.split(":", -1);
            try {
                boolean account = fields.length > SUBUID_COUNT + 1;
                long first = Long.parseLong(fields[account ? PASSWD_UID : SUBUID_FIRST]);
                long count = account ? 1 : Long.parseLong(fields[SUBUID_COUNT]);
                if (first < firstUser + USERS && first + count > firstUser) {
                    throw new LaunchException("cannot give machines users of their own: " + file + " has given "
                            + first + " to " + fields[0] + ", and machines have " + firstUser + " to "
                            + (firstUser + USERS - 1) + "; choose others with SOURCEOS_CONFINE_UIDS=FIRST");
                }
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                // A line that gives nobody a number.
            }
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
