package org.sourceos.gitstore.lease;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreLayout;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;
import org.sourceos.host.FileLock;

/**
 * Keeps objects and derived files of a store from being collected as long as it is open. A folder under {@code leases/} with a
 * locked file and a list; the kernel gives the lock back when the process dies, however it dies, and then the lease is over.
 */
public final class Lease implements AutoCloseable {
    static final String LOCK = "lock";
    static final String HELD = "held";

    private final Path store;
    private final Path folder;
    private final FileLock lock;
    private final Cancellation cancellation;
    private final Set<String> lines = new HashSet<>();

    private Lease(Path store, Path folder, FileLock lock, Cancellation cancellation) {
        this.store = store;
        this.folder = folder;
        this.lock = lock;
        this.cancellation = cancellation;
    }

    /** @param store its folder */
    public static Lease open(Path store, Cancellation cancellation) throws IOException {
        Path leases = Files.createDirectories(store.resolve(StoreLayout.LEASES));
        // Between making a folder and locking it, it looks like a dead one.
        try (FileLock making = Leases.lock(store, cancellation)) {
            Path folder = Files.createTempDirectory(leases, "");
            return new Lease(
                    store, folder, FileLock.acquire(folder.resolve(LOCK), cancellation, holder -> {}), cancellation);
        }
    }

    /** From now on the object, and what it refers to, stays; it has to be there, with a collection kept away. */
    public void holdObject(ObjectName name) throws IOException {
        add(List.of("object " + name + "\n"));
    }

    /**
     * From now on the file or folder of {@code disks/}, {@code roots/} or {@code templates/} stays, if it is there: who looks
     * only afterwards can rely on what is seen.
     */
    public void holdFile(Path file) throws IOException {
        holdFiles(List.of(file));
    }

    /** As {@link #holdFile}, for all of them at once. */
    void holdFiles(Collection<Path> files) throws IOException {
        List<String> wanted = files.stream()
                .map(file -> "file " + store.relativize(file.toAbsolutePath().normalize()) + "\n")
                .filter(line -> !isKnown(line))
                .toList();
        if (wanted.isEmpty()) {
            return;
        }
        // A collection removes such files under this lock, after it has read who holds what.
        try (FileLock now = Leases.lock(store, cancellation)) {
            add(wanted);
        }
    }

    private synchronized boolean isKnown(String line) {
        return lines.contains(line);
    }

    private synchronized void add(List<String> wanted) throws IOException {
        String unknown = wanted.stream().filter(lines::add).collect(Collectors.joining());
        if (!unknown.isEmpty()) {
            Files.writeString(
                    folder.resolve(HELD),
                    unknown,
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            Directories.remove(folder);
        } catch (DirectoryNotEmptyException e) {
            // Somebody asked at this moment whether it is locked, which makes the file again: the next collection
            // removes it.
        } finally {
            lock.close();
        }
    }
}
