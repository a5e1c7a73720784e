package org.sourceos.gitstore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.sourceos.host.AtomicFile;

/**
 * A file made from the store and the record beside it ({@code <name>.made}: version of the writer, size, SHA-256, and when
 * that was compared last). Such files are not flushed to the disk, so after a boot they may be damaged: the first use in
 * another boot compares the digest, and so does the first after anything wrote to the file; others ask only whether it is the
 * same file.
 */
final class DerivedFile {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    static final String SUFFIX = StoreLayout.RECORD;

    /** @param checked during which boot the digest was compared, and which file it was then */
    private record Made(String writer, long size, String sha256, String checked) {
        String text() {
            return writer + "\n" + size + "\n" + sha256 + "\n" + checked + "\n";
        }
    }

    private final Path file;
    private final Path record;
    private final String writer;
    private final Hashing hashing;

    /** How a file's digest is computed. */
    @FunctionalInterface
    interface Hashing {
        String of(Path file) throws IOException;
    }

    /** @param writer changes when the same input would give other bytes; what another one made is made again */
    DerivedFile(Path file, String writer) {
        this(
                file,
                file.resolveSibling(file.getFileName() + SUFFIX),
                writer,
                any -> Digest.ofFile(any).hex());
    }

    /** A file with its record elsewhere, and another digest than SHA-256. */
    DerivedFile(Path file, Path record, String writer, Hashing hashing) {
        this.file = file;
        this.record = record;
        this.writer = writer;
        this.hashing = hashing;
    }

    /** Of a file whose digest is known but that has no record: compares it, and makes one if it is right. */
    boolean adopt(String digest) throws IOException {
        if (!hashing.of(file).equals(digest)) {
            return false;
        }
        try {
            written(digest);
        } catch (IOException e) {
            // A store that only root can write serves others too; they compare each time.
        }
        return true;
    }

    /** Makes the record of a file that has just been written, or compared. */
    void written(String digest) throws IOException {
        Path folder = record.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        write(new Made(writer, Files.size(file), digest, checked()));
    }

    boolean isUsable() throws IOException {
        Optional<Made> made = read();
        if (made.isEmpty() || !made.get().writer.equals(writer) || !hasSize(made.get().size)) {
            return false;
        }
        if (made.get().checked.equals(checked())) {
            return true;
        }
        if (!hashing.of(file).equals(made.get().sha256)) {
            return false;
        }
        try {
            write(new Made(writer, made.get().size, made.get().sha256, checked()));
        } catch (IOException e) {
            // A store that only root can write serves others too; they compare each time.
        }
        return true;
    }

    /** What is wrong with the file, which may be by any of these writers; empty if nothing is. */
    Optional<String> damage(Collection<String> writers) throws IOException {
        Optional<Made> made = read();
        if (made.isEmpty()) {
            return Optional.of("has no record of its digest");
        }
        if (!Files.exists(file)) {
            return Optional.of("is missing");
        }
        if (!hasSize(made.get().size) || !Digest.ofFile(file).hex().equals(made.get().sha256)) {
            return Optional.of("is not what was written");
        }
        return made.get().checked.matches("[0-9a-f-]{36}( \\d+ \\d+ \\S+ \\S+)?") && writers.contains(made.get().writer)
                ? Optional.empty()
                : Optional.of("has a damaged record");
    }

    /**
     * Puts a file that was written elsewhere on the same file system in its place; nothing happens if somebody else was
     * quicker. The record comes first and an unusable file goes before it, so that at no moment there is a file that has no
     * record or another's.
     */
    void install(Path written) throws IOException {
        if (isUsable()) {
            return;
        }
        Files.deleteIfExists(file);
        Made made = new Made(writer, Files.size(written), Digest.ofFile(written).hex(), boot());
        write(made);
        AtomicFile.moveIntoPlace(written, file);
        // Which file it is can be said only now: renaming counts as a change.
        write(new Made(made.writer, made.size, made.sha256, checked()));
    }

    /** This boot and this very file as it is now: who writes to it, or puts another in its place, changes that. */
    private String checked() throws IOException {
        Map<String, Object> identity = Files.readAttributes(file, "unix:dev,ino,ctime,lastModifiedTime");
        // A FileTime is written to the nanosecond and without spaces.
        return boot() + " " + identity.get("dev") + " " + identity.get("ino") + " " + identity.get("ctime") + " "
                + identity.get("lastModifiedTime");
    }

    private void write(Made made) throws IOException {
        AtomicFile.write(record, made.text());
    }

    private boolean hasSize(long size) throws IOException {
        return Files.isRegularFile(file) && Files.size(file) == size;
    }

    private Optional<Made> read() throws IOException {
        try {
            String[] lines =
                    Files.readString(record, StandardCharsets.ISO_8859_1).split("\n");
            return lines.length < 4
                    ? Optional.empty()
                    : Optional.of(new Made(lines[0], Long.parseLong(lines[1]), lines[2], lines[3]));
        } catch (NoSuchFileException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Which run of the kernel this is. */
    static String boot() throws IOException {
        return Files.readString(BOOT_ID, StandardCharsets.US_ASCII).strip();
    }
}
