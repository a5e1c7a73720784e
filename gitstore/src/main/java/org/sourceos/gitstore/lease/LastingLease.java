package org.sourceos.gitstore.lease;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import org.sourceos.gitstore.StoreLayout;
import org.sourceos.host.Cancellation;
import org.sourceos.host.FileLock;

/**
 * Keeps derived files of a store from being collected as long as another file exists, whoever lives meanwhile: for what
 * outlives the process that began it. There is nothing to give back: whoever removes the file has ended the lease.
 */
public final class LastingLease {
    private static final String OWNER = "owner";

    private LastingLease() {}

    /**
     * Begins one; the files should be there, and be held by an open cache until this returns.
     *
     * @param owner a file that exists and is removed when the others are not needed any more
     * @param files those outside the store are passed over
     */
    public static void begin(Path store, Path owner, Collection<Path> files, Cancellation cancellation)
            throws IOException {
        Path leases = Files.createDirectories(store.resolve(StoreLayout.LEASES));
        StringBuilder held = new StringBuilder();
        for (Path file : files) {
            Path inside = file.toAbsolutePath().normalize();
            if (inside.startsWith(store)) {
                held.append("file ").append(store.relativize(inside)).append('\n');
            }
        }
        // Between making a folder and naming its owner, it looks like that of a dead process.
        try (FileLock making = Leases.lock(store, cancellation)) {
            Path folder = Files.createTempDirectory(leases, "");
            Files.writeString(folder.resolve(Lease.HELD), held, StandardCharsets.UTF_8);
            Files.writeString(folder.resolve(OWNER), owner.toAbsolutePath() + "\n", StandardCharsets.UTF_8);
        }
    }

    /** Whose the lease in this folder is; empty when it is a process's. */
    static Optional<Path> owner(Path folder) throws IOException {
        try {
            return Optional.of(Path.of(Files.readString(folder.resolve(OWNER), StandardCharsets.UTF_8)
                    .strip()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
