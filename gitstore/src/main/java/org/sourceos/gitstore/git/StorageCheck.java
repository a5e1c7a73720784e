package org.sourceos.gitstore.git;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.host.Cancellation;

/** Compares a repository's files with the checksums in them: packs, their indexes, that of many, and every loose
 * object, needed or not. */
public final class StorageCheck {
    private static final int TRAILER = 20;

    private final Path objects;
    private final Cancellation cancellation;

    /** @param objects the repository's folder of that name */
    public StorageCheck(Path objects, Cancellation cancellation) {
        this.objects = objects;
        this.cancellation = cancellation;
    }

    /** A file whose bytes are not those that were written, and how that shows, as the end of a sentence. */
    public record Damage(Path file, String problem) {
        /** Whether it is git's one index for many packs, which can be made again from theirs. */
        public boolean isOfMultiPackIndex() {
            return file.endsWith(MultiPackIndex.NAME);
        }
    }

    public List<Damage> run() throws IOException {
        List<Damage> found = new ArrayList<>();
        try (DirectoryStream<Path> packs = Files.newDirectoryStream(objects.resolve("pack"), "pack-*.pack")) {
            for (Path pack : packs) {
                pack(pack, found);
            }
        } catch (NoSuchFileException e) {
            // There are none.
        }
        try (DirectoryStream<Path> indexes = Files.newDirectoryStream(objects.resolve("pack"), "pack-*.idx")) {
            for (Path index : indexes) {
                if (!Files.exists(PackFiles.beside(index, ".pack"))) {
                    found.add(new Damage(index, "is the index of a pack that is not there"));
                }
            }
        } catch (NoSuchFileException e) {
            // There are none.
        }
        new MultiPackIndexCheck(objects.resolve("pack"), cancellation).run().ifPresent(found::add);
        try (GitObjects loose = new GitObjects(objects)) {
            for (int i = 0; i < 256; i++) {
                loose(String.format(Locale.ROOT, "%02x", i), loose, found);
            }
        }
        return found;
    }

    private void pack(Path pack, List<Damage> found) throws IOException {
        Path index = PackFiles.beside(pack, ".idx");
        if (!Files.exists(index)) {
            return; // not visible yet, or no more: nobody reads it
        }
        byte[] trailer;
        try {
            trailer = trailer(pack);
        } catch (CorruptObjectException e) {
            found.add(new Damage(pack, String.valueOf(e.getMessage())));
            return;
        }
        try {
            PackIndex opened = PackIndex.open(index);
            if (!opened.isSound() || opened.count() != countOf(pack)) {
                found.add(new Damage(index, "does not have the checksum that it ends with"));
            } else if (!Arrays.equals(opened.packChecksum(), trailer)) {
                found.add(new Damage(pack, "does not have the checksum that its index names"));
            }
        } catch (CorruptObjectException e) {
            found.add(new Damage(index, "is damaged: " + e.getMessage()));
        }
    }

    private static int countOf(Path pack) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(12);
        try (FileChannel channel = FileChannel.open(pack, StandardOpenOption.READ)) {
            channel.read(head, 0);
        }
        return head.getInt(8);
    }

    /** The checksum that a pack ends with, in hexadecimal digits, if it is that of what is before it. */
    public static Optional<String> checksum(Path pack) throws IOException {
        try {
            return Optional.of(HexFormat.of().formatHex(trailer(pack, new Cancellation())));
        } catch (CorruptObjectException e) {
            return Optional.empty();
        }
    }

    private byte[] trailer(Path pack) throws IOException {
        return trailer(pack, cancellation);
    }

    /** The checksum at a pack's end, after it has been compared with all that is before it. */
    static byte[] trailer(Path pack, Cancellation cancellation) throws IOException {
        MessageDigest digest = Sha1.start();
        byte[] buffer = new byte[1 << 20];
        long left = Files.size(pack) - TRAILER;
        try (InputStream in = Files.newInputStream(pack)) {
            while (left > 0) {
                cancellation.throwIfCancelled();
                int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) {
                    break;
                }
                digest.update(buffer, 0, n);
                left -= n;
            }
            byte[] trailer = in.readNBytes(TRAILER);
            if (!Arrays.equals(digest.digest(), trailer)) {
                throw new CorruptObjectException("does not have the checksum that it ends with");
            }
            return trailer;
        }
    }

    private void loose(String prefix, GitObjects loose, List<Damage> found) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(objects.resolve(prefix))) {
            for (Path file : files) {
                cancellation.throwIfCancelled();
                String name = prefix + file.getFileName();
                if (!name.matches("[0-9a-f]{40}")) {
                    continue;
                }
                try {
                    GitObject object = loose.loose(new ObjectName(name)).orElseThrow();
                    try (InputStream in = object.open()) {
                        in.transferTo(java.io.OutputStream.nullOutputStream());
                    }
                } catch (NoSuchFileException | java.util.NoSuchElementException e) {
                    // Removed meanwhile.
                } catch (IOException e) {
                    found.add(new Damage(file, "is damaged: " + e.getMessage()));
                }
            }
        } catch (NoSuchFileException e) {
            // No loose object begins with this byte.
        }
    }
}
