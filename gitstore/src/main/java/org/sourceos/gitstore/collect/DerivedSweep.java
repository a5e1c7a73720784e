package org.sourceos.gitstore.collect;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreLayout;
import org.sourceos.gitstore.erofs.ErofsImage;
import org.sourceos.gitstore.git.ObjectSet;
import org.sourceos.gitstore.known.KnownFiles;
import org.sourceos.gitstore.lease.Leases;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;
import org.sourceos.host.FileLock;

/** Removes derived files that nothing needs and nobody holds, and what dead processes left. Removing takes no room. */
final class DerivedSweep {
    private final Path store;
    private final boolean dryRun;
    private final Instant oldest;
    private final Cancellation cancellation;
    private final List<Collected.Freed> freed = new ArrayList<>();

    DerivedSweep(Path store, boolean dryRun, Instant oldest, Cancellation cancellation) {
        this.store = store;
        this.dryRun = dryRun;
        this.oldest = oldest;
        this.cancellation = cancellation;
    }

    List<Collected.Freed> freed() {
        return List.copyOf(freed);
    }

    /**
     * @param disks the names of the machines' disks that stay
     * @param live the objects that stay: the kernels among them keep their files
     */
    void run(Set<String> disks, ObjectSet live) throws IOException {
        abandoned();
        Set<String> kernels = kernels(live);
        folder("machine disks", StoreLayout.DISKS, file -> isUnneededDisk(file, disks, kernels, live));
        folder("directories to build in", StoreLayout.ROOTS, this::isUnneededRoot);
        folder("suspended machines", StoreLayout.TEMPLATES, this::isOldTemplate);
        folder("memories of checkpoints", StoreLayout.CHECKPOINTS, folder -> isUnneededMemory(folder, live));
        folder("failed builds", StoreLayout.FAILED, this::isOld);
        folder("tables of known files", StoreLayout.KNOWN, file -> isOld(file) || !KnownFiles.isUseful(file));
    }

    /** Images that name packs which have been replaced. */
    void imagesOfGonePacks() throws IOException {
        Set<String> packs = new HashSet<>();
        for (Path file : list(store.resolve(StoreLayout.PACKS))) {
            packs.add(name(file));
        }
        folder(
                "machine disks on packs that have gone",
                StoreLayout.DISKS,
                file -> name(file).matches("[0-9a-f]{64}\\.[0-9a-f]{16}\\.erofs")
                        && !ErofsImage.deviceTags(file).stream().allMatch(tag -> packs.contains(tag + ".pack")));
    }

    private void abandoned() throws IOException {
        long count = 0;
        long bytes = 0;
        try (FileLock clean = FileLock.acquire(store.resolve("tmp.lock"), cancellation, holder -> {})) {
            for (Path folder : list(store.resolve(StoreLayout.TMP))) {
                Path lock = folder.resolve("lock");
                boolean locked = Files.exists(lock);
                Optional<FileLock> taken;
                try {
                    taken = locked ? FileLock.tryAcquire(lock) : Optional.empty();
                } catch (NoSuchFileException e) {
                    continue; // its owner has just removed it
                }
                if (locked && taken.isEmpty()) {
                    continue;
                }
                try {
                    count++;
                    bytes += size(folder);
                    if (!dryRun) {
                        Directories.remove(folder);
                    }
                } catch (DirectoryNotEmptyException e) {
                    // Its owner removes it too; what is left of it the next run finds.
                } finally {
                    if (taken.isPresent()) {
                        taken.get().close();
                    }
                }
            }
        }
        add("folders of dead processes", count, bytes);
    }

    private void add(String kind, long count, long bytes) {
        if (count > 0) {
            freed.add(new Collected.Freed(kind, count, bytes));
        }
    }

    /** The names of kernel files that belong to objects that stay. */
    private Set<String> kernels(ObjectSet live) throws IOException {
        Set<String> names = new HashSet<>();
        for (Path file : list(store.resolve(StoreLayout.DISKS))) {
            String name = name(file);
            if (name.endsWith(StoreLayout.NOTE) && isLive(name, live)) {
                names.add(Files.readString(file, StandardCharsets.ISO_8859_1).strip());
            }
        }
        return names;
    }

    private static boolean isLive(String note, ObjectSet live) {
        String object = note.substring(0, note.length() - StoreLayout.NOTE.length());
        return object.matches("[0-9a-f]{40}") && live.contains(new ObjectName(object));
    }

    private boolean isUnneededDisk(Path file, Set<String> disks, Set<String> kernels, ObjectSet live)
            throws IOException {
        String name = name(file);
        if (name.matches("[0-9a-f]{64}(\\.[0-9a-f]{16})?\\.erofs")) {
            return !disks.contains(name.substring(0, 64) + ".erofs");
        }
        if (name.endsWith(StoreLayout.PACKS_NOTE)) {
            return !disks.contains(name.substring(0, name.lastIndexOf('.')) + ".erofs");
        }
        if (name.matches("[0-9a-f]{64}-.*")) {
            return !kernels.contains(name.substring(0, 64));
        }
        if (name.endsWith(StoreLayout.NOTE)) {
            return !isLive(name, live);
        }
        // What others put there, such as the first program of a machine: by age.
        return (name.matches("init-.*\\.cpio") || name.startsWith(".")) && isOld(file);
    }

    private boolean isUnneededRoot(Path folder) throws IOException {
        Path note = folder.resolveSibling(name(folder) + StoreLayout.BOOT);
        // The note is touched by each use; the folder itself has the age of what is in it.
        return isOld(Files.exists(note) ? note : folder);
    }

    /** Its description is touched by each use. What begins with a dot, and the lock, are for who makes templates. */
    private boolean isOldTemplate(Path folder) throws IOException {
        Path description = folder.resolve("template.json");
        return !name(folder).startsWith(".")
                && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && isOld(Files.exists(description) ? description : folder);
    }

    /** Named by a checkpoint's tree, and touched by each use; or what somebody begins, or forks from. */
    private boolean isUnneededMemory(Path folder, ObjectSet live) throws IOException {
        boolean needed = name(folder).matches("[0-9a-f]{40}") && live.contains(new ObjectName(name(folder)));
        return name(folder).matches("[0-9a-f]{40}") && !needed || isOld(folder);
    }

    private boolean isOld(Path file) throws IOException {
        try {
            return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                    .toInstant()
                    .isBefore(oldest);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Whether a file shall go. */
    @FunctionalInterface
    private interface Rule {
        boolean isUnneeded(Path file) throws IOException;
    }

    private void folder(String kind, String folder, Rule rule) throws IOException {
        long count = 0;
        long bytes = 0;
        // Nobody begins to use a file between the look at who does and its removal.
        try (FileLock now = Leases.lock(store, cancellation)) {
            Leases leases = dryRun ? Leases.read(store) : Leases.readAndClean(store);
            Predicate<Path> companion = file -> name(file).endsWith(StoreLayout.RECORD)
                    || (name(file).endsWith(StoreLayout.BOOT) && folder.equals(StoreLayout.ROOTS));
            for (Path file : list(store.resolve(folder))) {
                cancellation.throwIfCancelled();
                if (companion.test(file)) {
                    bytes += lonely(file);
                    continue;
                }
                if (leases.files().contains(file) || !rule.isUnneeded(file)) {
                    continue;
                }
                count++;
                bytes += size(file);
                remove(file);
                for (String ending : List.of(StoreLayout.RECORD, StoreLayout.BOOT)) {
                    remove(file.resolveSibling(name(file) + ending));
                }
            }
        }
        add(kind, count, bytes);
    }

    /** A record that was left when what it is about was removed; what it takes. */
    private long lonely(Path record) throws IOException {
        String name = name(record);
        String file = name.substring(0, name.lastIndexOf('.'));
        Path about = record.resolveSibling(file);
        Path pack = store.resolve(StoreLayout.PACKS).resolve(file);
        if (Files.exists(about) || Files.exists(pack) || !isOld(record)) {
            return 0;
        }
        long bytes = size(record);
        remove(record);
        return bytes;
    }

    private void remove(Path file) throws IOException {
        if (dryRun) {
            return;
        }
        if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(file);
            return;
        }
        // Under its name a folder is never there in parts: QEMU would make a file of a template that it misses.
        Path gone = file.resolveSibling(".gone-" + name(file));
        Directories.remove(gone);
        Files.move(file, gone, StandardCopyOption.ATOMIC_MOVE);
        Directories.remove(gone);
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static List<Path> list(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            all.forEach(files::add);
        } catch (NoSuchFileException e) {
            return files;
        }
        files.sort(null);
        return files;
    }

    /** What goes when all names below it do: a file that has another name elsewhere frees nothing. */
    private static long size(Path path) throws IOException {
        long[] sum = new long[1];
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return 0;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    sum[0] += attributes.size() / links(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
                return FileVisitResult.CONTINUE; // its owner may be removing it at this moment
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        });
        return sum[0];
    }

    private static int links(Path file) throws IOException {
        try {
            return Math.max(1, (Integer) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return 1;
        }
    }
}
