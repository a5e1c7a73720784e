package org.sourceos.gitstore.lease;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreLayout;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;
import org.sourceos.host.FileLock;

/**
 * What all open {@linkplain Lease leases} of a store hold, and all {@linkplain LastingLease lasting} ones.
 *
 * @param objects with all they refer to
 * @param files below the store's directory
 */
public record Leases(Set<ObjectName> objects, Set<Path> files) {
    public Leases {
        objects = Set.copyOf(objects);
        files = Set.copyOf(files);
    }

    /** While it is held no lease is begun and no file is added to one. */
    public static FileLock lock(Path store, Cancellation cancellation) throws IOException {
        return FileLock.acquire(store.resolve("leases.lock"), cancellation, holder -> {});
    }

    /** Reads the leases. Those of dead processes count for nothing. */
    public static Leases read(Path store) throws IOException {
        return read(store, false);
    }

    /** As {@link #read}, and removes what dead processes left; with {@link #lock} held. */
    public static Leases readAndClean(Path store) throws IOException {
        return read(store, true);
    }

    private static Leases read(Path store, boolean clean) throws IOException {
        Set<ObjectName> objects = new HashSet<>();
        Set<Path> files = new HashSet<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(store.resolve(StoreLayout.LEASES))) {
            for (Path folder : folders) {
                if (isDead(folder, clean)) {
                    continue;
                }
                for (String line : lines(folder)) {
                    if (line.startsWith("object ")) {
                        objects.add(new ObjectName(line.substring("object ".length())));
                    } else if (line.startsWith("file ")) {
                        files.add(store.resolve(line.substring("file ".length())));
                    }
                }
            }
        } catch (NoSuchFileException e) {
            // Nobody ever had one.
        }
        return new Leases(objects, files);
    }

    /** Whole lines: the last may be half-written, and then nobody relies on it yet. */
    private static Iterable<String> lines(Path folder) throws IOException {
        try {
            String text = Files.readString(folder.resolve(Lease.HELD), StandardCharsets.UTF_8);
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (NoSuchFileException e) {
            return Set.of();
        }
    }

    private static boolean isDead(Path folder, boolean clean) throws IOException {
        Optional<Path> owner = LastingLease.owner(folder);
        if (owner.isPresent()) {
            boolean over = !Files.exists(owner.get());
            if (over && clean) {
                Directories.remove(folder);
            }
            return over;
        }
        Path file = folder.resolve(Lease.LOCK);
        if (!Files.exists(file)) {
            // Begun by a process that died at once, or just being removed.
            if (clean) {
                Directories.remove(folder);
            }
            return true;
        }
        Optional<FileLock> taken;
        try {
            taken = FileLock.tryAcquire(file);
        } catch (NoSuchFileException e) {
            return true; // its holder has just removed it
        }
        if (taken.isEmpty()) {
            return false;
        }
        try (FileLock dead = taken.get()) {
            if (clean) {
                Directories.remove(folder);
            }
        }
        return true;
    }
}
