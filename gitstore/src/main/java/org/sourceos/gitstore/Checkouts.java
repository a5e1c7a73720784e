package org.sourceos.gitstore;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.TreePath;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;
import org.sourceos.host.posix.Posix;

/**
 * Directories under {@code roots/}, named by the layers in them. One layer is written file by file; several are links into
 * those of one. A directory is complete when it has its name; in another boot than that which made it (a power cut may have
 * taken contents that were never flushed) its files' sizes are compared before it is used again.
 */
final class Checkouts {
    private static final Set<PosixFilePermission> PLAIN = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final int THREADS = 2;
    static final String BOOT = StoreLayout.BOOT;

    private final Path roots;
    private final LayerReader layers;
    private final Workspace workspace;

    Checkouts(Path roots, LayerReader layers, Workspace workspace) {
        this.roots = roots;
        this.layers = layers;
        this.workspace = workspace;
    }

    Path checkout(List<StoredLayer> wanted, Cancellation cancellation) throws IOException {
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException("a checkout of no layers");
        }
        Path root = roots.resolve(id(wanted));
        if (isUsable(root, wanted)) {
            return root;
        }
        List<Path> parts = new ArrayList<>();
        if (wanted.size() > 1) {
            for (StoredLayer layer : wanted) {
                parts.add(checkout(List.of(layer), cancellation));
            }
        }
        Files.createDirectories(roots);
        Path temporary = workspace.newFolder();
        try (Writing writing = new Writing(temporary.resolve("root"), cancellation)) {
            if (wanted.size() == 1) {
                writing.layer(layers.entries(wanted.get(0).tree()));
            } else {
                for (int i = 0; i < parts.size(); i++) {
                    writing.links(layers.entries(wanted.get(i).tree()), parts.get(i));
                }
            }
            writing.await();
            AtomicFile.write(boot(root), note(wanted));
            // Somebody else may have been quicker; theirs is as good.
            AtomicFile.moveIntoPlace(temporary.resolve("root"), root);
            return root;
        } finally {
            Directories.remove(temporary);
        }
    }

    static String id(List<StoredLayer> layers) {
        return id(layers.stream().map(layer -> layer.tree().hex()).collect(Collectors.joining("\n")));
    }

    /** In which boot it was made or compared, and the layers' trees. */
    private static String note(List<StoredLayer> layers) throws IOException {
        return DerivedFile.boot() + "\n"
                + layers.stream().map(layer -> layer.tree() + "\n").collect(Collectors.joining());
    }

    /** Whether the note beside it says more than when it was made, rightly or not: older ones do not. */
    static boolean saysWhatIsIn(Path root) throws IOException {
        try {
            return Files.readAllLines(boot(root), StandardCharsets.ISO_8859_1).size() > 1;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** The trees of the layers in a directory; empty where the note beside it does not say, or not rightly. */
    static Optional<List<ObjectName>> noted(Path root) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(boot(root), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        List<String> trees = lines.isEmpty() ? lines : lines.subList(1, lines.size());
        return String.valueOf(root.getFileName()).equals(id(String.join("\n", trees)))
                ? Optional.of(trees.stream().map(ObjectName::new).toList())
                : Optional.empty();
    }

    private static String id(String trees) {
        return Digest.of(trees).hex().substring(0, 40);
    }

    private static Path boot(Path root) {
        return root.resolveSibling(root.getFileName() + BOOT);
    }

    private boolean isUsable(Path root, List<StoredLayer> wanted) throws IOException {
        if (!Files.isDirectory(root)) {
            return false;
        }
        String boot = DerivedFile.boot();
        try {
            if (Files.readString(boot(root), StandardCharsets.ISO_8859_1)
                    .lines()
                    .findFirst()
                    .orElse("")
                    .equals(boot)) {
                noteUse(root);
                return true;
            }
        } catch (NoSuchFileException e) {
            // Not known when it was made: compare.
        }
        if (isComplete(root, wanted)) {
            try {
                AtomicFile.write(boot(root), note(wanted));
            } catch (IOException e) {
                // A store that only root can write serves others too; they compare each time.
            }
            return true;
        }
        Directories.remove(root);
        return false;
    }

    /** A collection goes by the note's age. */
    private static void noteUse(Path root) {
        Instant now = Instant.now();
        try {
            if (Files.getLastModifiedTime(boot(root)).toInstant().isBefore(now.minus(Duration.ofHours(1)))) {
                Files.setLastModifiedTime(boot(root), FileTime.from(now));
            }
        } catch (IOException e) {
            // Another user's store: it is made again should it be removed.
        }
    }

    private boolean isComplete(Path root, List<StoredLayer> wanted) throws IOException {
        Map<TreePath, FileKind> seen = new HashMap<>();
        for (StoredLayer layer : wanted) {
            for (FileEntry entry : layers.entries(layer.tree())) {
                if (isHidden(entry, seen) || seen.putIfAbsent(entry.path(), entry.kind()) != null) {
                    continue;
                }
                if (entry.kind() instanceof FileKind.Regular regular && isAscii(entry.path())) {
                    Path file = root.resolve(entry.path().toString());
                    try {
                        if (Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                                        .size()
                                != regular.content().size()) {
                            return false;
                        }
                    } catch (NoSuchFileException e) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static boolean isHidden(FileEntry entry, Map<TreePath, FileKind> above) {
        for (TreePath path = entry.path(); !path.isRoot(); path = path.parent()) {
            FileKind kind = above.get(path);
            if (kind != null && !(kind instanceof FileKind.Directory)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAscii(TreePath path) {
        return isAscii(path.toBytes());
    }

    /** Printable ASCII, and such that the JDK leaves it as it is, which it does not with doubled slashes or one at the end. */
    private static boolean isAscii(byte[] text) {
        byte last = 0;
        for (byte b : text) {
            if (b < ' ' || b == 0x7f || (b == '/' && last == '/')) {
                return false;
            }
            last = b;
        }
        return text.length <= 1 || last != '/';
    }

    /** Writes one directory. The JDK does all names that are ASCII; only others need native calls. */
    private static final class Writing implements AutoCloseable {
        private final Path root;
        private final Cancellation cancellation;
        private final ExecutorService workers;
        private final List<Future<?>> pending = new ArrayList<>();
        private final Map<TreePath, FileKind> seen = new HashMap<>();
        private int oddNames;

        Writing(Path root, Cancellation cancellation) {
            this.root = root;
            this.cancellation = cancellation;
            this.workers = Executors.newFixedThreadPool(THREADS, work -> {
                Thread thread = new Thread(work, "store-checkout");
                thread.setDaemon(true);
                return thread;
            });
        }

        void layer(Collection<FileEntry> entries) throws IOException {
            List<FileEntry> links = new ArrayList<>();
            for (FileEntry entry : entries) {
                cancellation.throwIfCancelled();
                if (entry.kind() instanceof FileKind.Regular regular) {
                    boolean executable = (entry.metadata().mode() & 0100) != 0;
                    pending.add(submitFile(entry.path(), regular, executable));
                } else if (entry.kind() instanceof FileKind.HardLink link) {
                    if (seen.get(link.target()) instanceof FileKind.Regular) {
                        links.add(entry);
                    }
                } else {
                    folderOrSymlink(entry);
                }
                seen.put(entry.path(), entry.kind());
            }
            await();
            for (FileEntry entry : links) {
                if (entry.kind() instanceof FileKind.HardLink link) {
                    link(root, link.target(), entry.path());
                }
            }
        }

        /** Adds what is not hidden by what is there already, as links to the files of {@code part}. */
        void links(Collection<FileEntry> entries, Path part) throws IOException {
            Map<TreePath, FileKind> above = Map.copyOf(seen);
            Map<TreePath, FileKind> own = new HashMap<>();
            for (FileEntry entry : entries) {
                cancellation.throwIfCancelled();
                FileKind kind = entry.kind();
                own.put(entry.path(), kind);
                if (isHidden(entry, above) || seen.putIfAbsent(entry.path(), kind) != null) {
                    continue;
                }
                boolean file = kind instanceof FileKind.Regular
                        || (kind instanceof FileKind.HardLink link
                                && own.get(link.target()) instanceof FileKind.Regular);
                if (file) {
                    link(part, entry.path(), entry.path());
                } else {
                    folderOrSymlink(entry);
                }
            }
        }

        private void folderOrSymlink(FileEntry entry) throws IOException {
            if (entry.kind() instanceof FileKind.Directory) {
                if (isAscii(entry.path())) {
                    Path folder =
                            Files.createDirectory(root.resolve(entry.path().toString()));
                    Files.setPosixFilePermissions(folder, EXECUTABLE);
                } else {
                    Posix.makeFolder(bytes(root, entry.path()), 0755);
                }
            } else if (entry.kind() instanceof FileKind.Symlink symlink) {
                TreePath path = entry.path();
                if (isAscii(path) && isAscii(symlink.target())) {
                    Files.createSymbolicLink(
                            root.resolve(path.toString()),
                            Path.of(new String(symlink.target(), StandardCharsets.US_ASCII)));
                } else {
                    Posix.symlink(symlink.target(), bytes(root, path));
                }
            }
        }

        private Future<?> submitFile(TreePath path, FileKind.Regular file, boolean executable) throws IOException {
            boolean odd = !isAscii(path);
            Path place = odd ? root.resolveSibling("odd-" + oddNames++) : root.resolve(path.toString());
            return workers.submit(() -> {
                cancellation.throwIfCancelled();
                try (InputStream in = file.content().open();
                        OutputStream out =
                                Files.newOutputStream(place, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                    in.transferTo(out);
                }
                Files.setPosixFilePermissions(place, executable ? EXECUTABLE : PLAIN);
                if (odd) {
                    Posix.rename(Posix.bytes(place), bytes(root, path));
                }
                return null;
            });
        }

        private void link(Path fromRoot, TreePath existing, TreePath link) throws IOException {
            if (isAscii(existing) && isAscii(link)) {
                Files.createLink(root.resolve(link.toString()), fromRoot.resolve(existing.toString()));
            } else {
                Posix.link(bytes(fromRoot, existing), bytes(root, link));
            }
        }

        private static byte[] bytes(Path root, TreePath path) {
            return Posix.resolve(Posix.bytes(root), path.toBytes());
        }

        void await() throws IOException {
            for (Future<?> one : pending) {
                PackedIngest.await(one);
            }
            pending.clear();
        }

        @Override
        public void close() {
            workers.shutdownNow();
            try {
                workers.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
