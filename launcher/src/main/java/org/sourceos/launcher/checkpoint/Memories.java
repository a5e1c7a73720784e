package org.sourceos.launcher.checkpoint;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Optional;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreLayout;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;
import org.sourceos.host.FileLock;
import org.sourceos.launcher.template.FileIdentity;
import org.sourceos.launcher.template.SparseRam;

/**
 * Memories of saved machines as files that QEMU can map, {@code STORE/checkpoints/<tree of the checkpoint>/ram}. They can be
 * made again from the store, and removed at any time: a machine that was restored from one runs on.
 */
final class Memories {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final String BEGUN = ".begun-";
    private static final String RAM = "ram";
    private static final String RECORD = "made";

    private final Path folder;
    private final Clock clock;

    Memories(Path store, Clock clock) {
        this.folder = store.resolve(StoreLayout.CHECKPOINTS);
        this.clock = clock;
    }

    /** A place for a new one; what those have left that died goes. */
    Draft begin() throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (FileLock making = FileLock.acquire(folder.resolve("lock"), new Cancellation(), holder -> {})) {
            sweep();
            Path begun = Files.createTempDirectory(folder, BEGUN);
            return new Draft(begun, FileLock.acquire(begun.resolve("lock"), new Cancellation(), holder -> {}));
        }
    }

    private void sweep() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, BEGUN + "*")) {
            for (Path begun : left) {
                Optional<FileLock> dead = FileLock.tryAcquire(begun.resolve("lock"));
                if (dead.isPresent()) {
                    try (FileLock held = dead.get()) {
                        Directories.remove(begun);
                    }
                }
            }
        } catch (NoSuchFileException e) {
            // Its owner has just removed it.
        }
    }

    /** A memory that is being made. */
    static final class Draft implements AutoCloseable {
        private final Path folder;
        private final FileLock lock;

        private Draft(Path folder, FileLock lock) {
            this.folder = folder;
            this.lock = lock;
        }

        Path ram() {
            return folder.resolve(RAM);
        }

        @Override
        public void close() {
            try (lock) {
                Directories.remove(folder);
            } catch (IOException e) {
                // The next one that begins removes what is left.
            }
        }
    }

    Path place(ObjectName tree) {
        return folder.resolve(tree.toString());
    }

    /** Gives a finished one its name. It was not flushed for that: whether it is whole is asked again after a boot. */
    void keep(Draft draft, ObjectName tree) throws IOException {
        Path finished = Files.createDirectory(draft.folder.resolve("finished"));
        Path ram = finished.resolve(RAM);
        Files.move(draft.ram(), ram);
        note(finished);
        AtomicFile.moveIntoPlace(finished, place(tree));
    }

    private static void note(Path place) throws IOException {
        AtomicFile.write(place.resolve(RECORD), identity(place.resolve(RAM)));
    }

    private static String identity(Path ram) throws IOException {
        return Files.readString(BOOT_ID).strip() + " " + FileIdentity.of(ram) + "\n";
    }

    /** The checkpoint's memory, if it is there and is what was saved. */
    Optional<Path> find(Checkpoint checkpoint, Cancellation cancellation) throws IOException {
        Path place = place(checkpoint.tree());
        Path ram = place.resolve(RAM);
        if (!Files.isRegularFile(ram, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        Path record = place.resolve(RECORD);
        boolean same = Files.exists(record) && Files.readString(record).equals(identity(ram));
        if (!same) {
            boolean whole = Files.size(ram) == (long) checkpoint.memoryMib() << 20
                    && SparseRam.of(ram, cancellation).digest().equals(checkpoint.memory());
            if (!whole) {
                remove(checkpoint.tree());
                return Optional.empty();
            }
            note(place);
        }
        Files.setLastModifiedTime(place, FileTime.from(clock.instant()));
        return Optional.of(ram);
    }

    void remove(ObjectName tree) throws IOException {
        Path place = place(tree);
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        // Under its name it must never be there in parts: QEMU would make a file that it misses.
        try (Draft gone = begin()) {
            AtomicFile.moveIntoPlace(place, gone.folder.resolve("gone"));
        }
    }
}
