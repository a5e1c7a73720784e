package org.sourceos.gitstore.config;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.config.StoredFiles.Item;
import org.sourceos.gitstore.config.StoredFiles.Kind;
import org.sourceos.gitstore.tree.TreePath;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;
import org.sourceos.host.posix.Posix;

/**
 * Writes files with the bytes that {@code git cat-file --batch} gives, into a folder that appears complete or not at all.
 * {@code git archive} and {@code git checkout} would apply attributes and filters.
 */
final class TreeExport {
    static final long LARGEST_FILE = 64L << 20;
    static final long LARGEST_TOTAL = 1L << 30;

    /** What a push may leave of a disk: a few kilobytes of it can be gigabytes of files, in each of its commits. */
    static final long LEFT_FREE = 1L << 30;

    /** A configuration, as they are: it is looked at on a full disk too. */
    private static final long SMALL = 16L << 20;

    /** More than git's lines about all the files that there may be. */
    private static final long LISTING = 64L << 20;

    private static final int LONGEST_LINK = 4095;
    private static final Set<PosixFilePermission> PLAIN = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");

    private final GitProgram git;
    private final String what;
    private final Cancellation cancellation;

    TreeExport(GitProgram git, String what, Cancellation cancellation) {
        this.git = git;
        this.what = what;
        this.cancellation = cancellation;
    }

    /** What is to be written; asked for only if the folder is not there yet. */
    @FunctionalInterface
    interface Listing {
        List<Item> items() throws StoreException;
    }

    void write(Path target, Listing listing) throws StoreException, IOException {
        try {
            writeComplete(target, listing);
        } catch (FileSystemException e) {
            String reason = e.getReason() == null ? e.toString() : e.getReason();
            throw new StoreException(
                    "cannot " + what + " into " + target.getParent() + ": " + reason
                            + "; make that folder writable, or room on its disk",
                    e);
        }
    }

    private void writeComplete(Path target, Listing listing) throws StoreException, IOException {
        Path place = target.toAbsolutePath().normalize();
        Path parent = place.getParent();
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (parent == null) {
            throw new IOException("cannot write to " + target);
        }
        List<Item> items = listing.items();
        Files.createDirectories(parent);
        Path temporary = Files.createTempDirectory(parent, "." + place.getFileName() + ".");
        try {
            Path contents = contents(items, temporary);
            Path root = Files.createDirectory(temporary.resolve("root"));
            Files.setPosixFilePermissions(root, EXECUTABLE);
            try (InputStream in = new BufferedInputStream(Files.newInputStream(contents), 1 << 18)) {
                Writing writing = new Writing(root, in);
                for (Item item : items) {
                    cancellation.throwIfCancelled();
                    writing.item(item);
                }
            }
            cancellation.throwIfCancelled();
            AtomicFile.syncFolder(root);
            // Somebody else may have been quicker; theirs is as good.
            AtomicFile.moveIntoPlace(root, place);
            AtomicFile.syncFolder(parent);
        } finally {
            remove(temporary, items);
        }
    }

    private static void remove(Path folder, List<Item> items) throws IOException {
        if (items.stream().anyMatch(item -> !isAscii(item.path().toBytes()))) {
            Posix.removeRecursively(Posix.bytes(folder));
            return;
        }
        Directories.remove(folder);
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

    /** Names by a file and contents into a file: neither pipe can fill up and stop git while the other waits. */
    private Path contents(List<Item> items, Path temporary) throws StoreException, IOException {
        Path names = temporary.resolve("names");
        Files.write(names, (Iterable<String>) items.stream().map(Item::object)::iterator, StandardCharsets.US_ASCII);
        Path sizes = temporary.resolve("sizes");
        git.toFile(
                what,
                names,
                sizes,
                LISTING,
                cancellation,
                "cat-file",
                "--batch-check=%(objecttype) %(objectsize)",
                "--buffer");
        List<String> lines = Files.readAllLines(sizes, StandardCharsets.US_ASCII);
        if (lines.size() != items.size()) {
            throw incomplete();
        }
        long total = 0;
        for (int i = 0; i < lines.size(); i++) {
            check(items.get(i), lines.get(i));
            total += size(lines.get(i));
        }
        if (total > LARGEST_TOTAL) {
            throw new StoreException("cannot " + what + ": its files have " + (total >> 20)
                    + " MiB together, and those of a configuration may have " + (LARGEST_TOTAL >> 20)
                    + "; keep large files elsewhere and fetch them as a source");
        }
        if (total > SMALL && Files.getFileStore(temporary).getUsableSpace() - 2 * total < LEFT_FREE) {
            throw new StoreException("cannot " + what + ": its files have " + (total >> 20)
                    + " MiB together, which would leave less than " + (LEFT_FREE >> 20) + " MiB of the disk of "
                    + temporary.getParent()
                    + " free; make room there, or keep large files elsewhere and fetch them as a"
                    + " source");
        }
        Path contents = temporary.resolve("contents");
        git.toFile(
                what,
                names,
                contents,
                total + LISTING,
                cancellation,
                "cat-file",
                "--batch=%(objecttype) %(objectsize)",
                "--buffer");
        return contents;
    }

    private void check(Item item, String line) throws StoreException {
        if (!line.matches("blob [0-9]{1,18}")) {
            throw new StoreException("cannot " + what + ": the content of " + item.path() + " is missing (git says '"
                    + line + "'); `git fsck` says what is damaged");
        }
        long size = size(line);
        if (item.kind() == Kind.LINK && (size == 0 || size > LONGEST_LINK)) {
            throw new StoreException(
                    "cannot " + what + ": the link " + item.path() + " has a target that no link can have");
        }
        if (size > LARGEST_FILE) {
            throw new StoreException("cannot " + what + ": " + item.path() + " has " + (size >> 20)
                    + " MiB, and a file of a configuration may have " + (LARGEST_FILE >> 20)
                    + "; keep large files elsewhere and fetch them as a source");
        }
    }

    private static long size(String line) {
        return Long.parseLong(line.substring("blob ".length()));
    }

    private StoreException incomplete() {
        return new StoreException(
                "cannot " + what + ": git did not give all of its files; `git fsck` says what is damaged");
    }

    /** The JDK does all names that are ASCII; others, which it may not be able to say in this locale, need native calls. */
    private final class Writing {
        private final Path root;
        private final InputStream in;
        private final Set<TreePath> folders = new HashSet<>(Set.of(TreePath.ROOT));

        Writing(Path root, InputStream in) {
            this.root = root;
            this.in = in;
        }

        void item(Item item) throws StoreException, IOException {
            long size = size(header());
            folder(item.path().parent());
            if (item.kind() == Kind.LINK) {
                byte[] to = in.readNBytes((int) size);
                if (to.length != size) {
                    throw incomplete();
                }
                link(item.path(), to);
            } else {
                file(item, size);
            }
            if (in.read() != '\n') {
                throw incomplete();
            }
        }

        private String header() throws StoreException, IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0 || line.size() > 100) {
                    throw incomplete();
                }
                line.write(b);
            }
            String text = line.toString(StandardCharsets.US_ASCII);
            if (!text.matches("blob [0-9]{1,18}")) {
                throw incomplete();
            }
            return text;
        }

        private void folder(TreePath path) throws IOException {
            if (folders.add(path)) {
                folder(path.parent());
                if (isAscii(path.toBytes())) {
                    Path folder = Files.createDirectory(root.resolve(path.toString()));
                    Files.setPosixFilePermissions(folder, EXECUTABLE);
                } else {
                    Posix.makeFolder(place(path), 0755);
                }
            }
        }

        private void link(TreePath path, byte[] to) throws IOException {
            if (isAscii(path.toBytes()) && isAscii(to)) {
                Files.createSymbolicLink(
                        root.resolve(path.toString()), Path.of(new String(to, StandardCharsets.US_ASCII)));
            } else {
                Posix.symlink(to, place(path));
            }
        }

        private void file(Item item, long size) throws StoreException, IOException {
            // Under a name of our own first, which any locale can say.
            Path written = root.resolveSibling("file");
            try (FileChannel channel =
                            FileChannel.open(written, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    OutputStream out = Channels.newOutputStream(channel)) {
                copy(size, out);
                Files.setPosixFilePermissions(written, item.kind() == Kind.EXECUTABLE ? EXECUTABLE : PLAIN);
                channel.force(true);
            } catch (EOFException e) {
                throw incomplete();
            }
            if (isAscii(item.path().toBytes())) {
                Files.move(written, root.resolve(item.path().toString()), StandardCopyOption.ATOMIC_MOVE);
            } else {
                Posix.rename(Posix.bytes(written), place(item.path()));
            }
        }

        private void copy(long size, OutputStream out) throws IOException {
            byte[] buffer = new byte[1 << 16];
            for (long left = size; left > 0; ) {
                cancellation.throwIfCancelled();
                int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) {
                    throw new EOFException();
                }
                out.write(buffer, 0, n);
                left -= n;
            }
        }

        private byte[] place(TreePath path) {
            return Posix.resolve(Posix.bytes(root), path.toBytes());
        }
    }
}
