package org.sourceos.host;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;

/**
 * Files that appear whole or not at all: written beside their place, flushed to the disk, renamed, and the folder flushed
 * too, so that a power cut leaves the old content or the new.
 */
public final class AtomicFile {
    private AtomicFile() {}

    /** Writes the content of a file; a failure removes what was begun. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    public static void write(Path file, String text) throws IOException {
        write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    public static void write(Path file, Content content) throws IOException {
        write(file, content, begun -> {});
    }

    /** As {@link #write(Path, Content)}, over a file that is there: it keeps its mode, and its owner where we may give it. */
    public static void replace(Path file, Content content) throws IOException {
        PosixFileAttributes old = Files.readAttributes(file, PosixFileAttributes.class);
        write(file, content, begun -> resemble(begun, old));
    }

    /** What is done to a file that is written, before it gets its name. */
    @FunctionalInterface
    private interface Finish {
        void apply(Path begun) throws IOException;
    }

    private static void resemble(Path begun, PosixFileAttributes old) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(begun, PosixFileAttributeView.class);
        PosixFileAttributes now = view.readAttributes();
        try {
            if (!now.group().equals(old.group())) {
                view.setGroup(old.group());
            }
            if (!now.owner().equals(old.owner())) {
                view.setOwner(old.owner());
            }
        } catch (FileSystemException e) {
            // Who may not give files away owns what they have written, as with any editor that writes a new file.
        }
        view.setPermissions(old.permissions());
    }

    private static void write(Path file, Content content, Finish finish) throws IOException {
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null) {
            throw new IOException("cannot write " + file + ": it is a directory");
        }
        Path begun = Files.createTempFile(folder, "." + target.getFileName() + ".", ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(begun, StandardOpenOption.WRITE)) {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
                content.writeTo(out);
                out.flush();
                finish.apply(begun);
                channel.force(true);
            }
            Files.move(begun, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            syncFolder(folder);
        } catch (IOException | RuntimeException | Error e) {
            Files.deleteIfExists(begun);
            throw e;
        }
    }

    /** Flushes a folder, so that names made, changed or removed in it survive a power cut. */
    public static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Renames what was written elsewhere on the same file system (a file, or a whole folder) to its place. Flushing the
     * content before and the folder after is the caller's, where it has to survive a power cut.
     *
     * @return false if the place was taken by a folder with something in it, as when somebody else was quicker
     */
    public static boolean moveIntoPlace(Path written, Path place) throws IOException {
        try {
            Files.move(written, place, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (DirectoryNotEmptyException | FileAlreadyExistsException e) {
            return false;
        } catch (FileSystemException e) {
            // rename(2) over a folder says ENOTEMPTY or EEXIST, which the JDK does not always name.
            if (Files.isDirectory(place) && Files.isDirectory(written)) {
                return false;
            }
            throw e;
        }
    }
}
