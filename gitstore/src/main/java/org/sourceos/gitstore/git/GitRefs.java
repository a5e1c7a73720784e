package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.host.AtomicFile;

/** A repository's refs as files: loose ones and {@code packed-refs}. Refs change by git's own protocol, {@code <ref>.lock}. */
public final class GitRefs {
    private static final Duration STALE = Duration.ofSeconds(5);
    private static final int MAX_DEPTH = 16;

    private final Path repository;

    public GitRefs(Path repository) {
        this.repository = repository;
    }

    public Optional<ObjectName> find(String fullName) throws IOException {
        Optional<ObjectName> loose = loose(fullName);
        // Loose first: git packs refs by writing packed-refs before it removes the file.
        return loose.isPresent() ? loose : Optional.ofNullable(packed().get(fullName));
    }

    private Optional<ObjectName> loose(String fullName) throws IOException {
        try {
            String text = Files.readString(repository.resolve(fullName), StandardCharsets.US_ASCII)
                    .strip();
            return Optional.of(name(fullName, text));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new CorruptObjectException("the ref " + fullName + " is damaged", e);
        }
    }

    private static ObjectName name(String ref, String text) throws CorruptObjectException {
        try {
            return new ObjectName(text);
        } catch (IllegalArgumentException e) {
            throw new CorruptObjectException("the ref " + ref + " is damaged: it says '" + text + "'", e);
        }
    }

    private SortedMap<String, ObjectName> packed() throws IOException {
        SortedMap<String, ObjectName> refs = new TreeMap<>();
        List<String> lines;
        try {
            lines = Files.readAllLines(repository.resolve("packed-refs"), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return refs;
        }
        for (String line : lines) {
            if (line.startsWith("#") || line.startsWith("^") || line.length() < 42) {
                continue;
            }
            refs.put(line.substring(41), name(line.substring(41), line.substring(0, 40)));
        }
        return refs;
    }

    /** All refs whose full name begins with {@code prefix} (which ends with a slash), sorted by name. */
    public SortedMap<String, ObjectName> list(String prefix) throws IOException {
        SortedMap<String, ObjectName> refs = new TreeMap<>();
        packed().forEach((name, object) -> {
            if (name.startsWith(prefix)) {
                refs.put(name, object);
            }
        });
        Path folder = repository.resolve(prefix);
        if (!Files.isDirectory(folder)) {
            return refs;
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder, MAX_DEPTH)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            String last = String.valueOf(file.getFileName());
            if (last.endsWith(".lock") || last.startsWith(".")) {
                continue;
            }
            String fullName = prefix + folder.relativize(file);
            // Gone between the two looks: packed meanwhile, and so already in the map, or removed.
            loose(fullName).ifPresent(object -> refs.put(fullName, object));
        }
        return refs;
    }

    /** Points a ref at an object. When this returns, the change survives a power cut; a crash leaves the old or the new value. */
    public void update(String fullName, ObjectName object) throws IOException {
        Path ref = repository.resolve(fullName);
        Path folder = ref.resolveSibling("");
        createFolders(folder);
        Path lock = ref.resolveSibling(ref.getFileName() + ".lock");
        boolean moved = false;
        try (FileChannel channel = lock(lock)) {
            try {
                channel.write(ByteBuffer.wrap((object + "\n").getBytes(StandardCharsets.US_ASCII)));
                channel.force(true);
                Files.move(lock, ref, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                moved = true;
            } finally {
                if (!moved) {
                    Files.deleteIfExists(lock);
                }
            }
        }
        AtomicFile.syncFolder(folder);
    }

    /**
     * Removes a ref, wherever it stands. Packed refs are rewritten first: as long as the loose file is there, the packed value
     * does not count.
     */
    public void remove(String fullName) throws IOException {
        if (packed().containsKey(fullName)) {
            unpack(fullName);
        }
        Path ref = repository.resolve(fullName);
        Path lock = ref.resolveSibling(ref.getFileName() + ".lock");
        if (!Files.isDirectory(ref.resolveSibling(""))) {
            return;
        }
        try (FileChannel held = lock(lock)) {
            Files.deleteIfExists(ref);
            held.force(true);
        } finally {
            Files.deleteIfExists(lock);
        }
        AtomicFile.syncFolder(ref.resolveSibling(""));
    }

    private void unpack(String fullName) throws IOException {
        Path file = repository.resolve("packed-refs");
        Path lock = repository.resolve("packed-refs.lock");
        boolean moved = false;
        try (FileChannel channel = lock(lock)) {
            StringBuilder kept = new StringBuilder();
            boolean skipping = false;
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                // A line that begins with ^ belongs to the ref before it.
                skipping = line.startsWith("^") ? skipping : line.endsWith(" " + fullName);
                if (!skipping) {
                    kept.append(line).append('\n');
                }
            }
            channel.write(ByteBuffer.wrap(kept.toString().getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
            Files.move(lock, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            moved = true;
        } finally {
            if (!moved) {
                Files.deleteIfExists(lock);
            }
        }
        AtomicFile.syncFolder(repository);
    }

    private FileChannel lock(Path lock) throws IOException {
        while (true) {
            try {
                return FileChannel.open(lock, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (FileAlreadyExistsException e) {
                // Git holds such a lock for milliseconds: one that stays was left by a process that died.
                removeIfStale(lock);
                try {
                    Thread.sleep(20);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new java.io.InterruptedIOException("interrupted while waiting for " + lock);
                }
            }
        }
    }

    private static void removeIfStale(Path lock) throws IOException {
        try {
            Instant made = Files.getLastModifiedTime(lock).toInstant();
            if (made.plus(STALE).isBefore(Instant.now())) {
                Files.deleteIfExists(lock);
            }
        } catch (NoSuchFileException e) {
            // Given back meanwhile.
        }
    }

    private void createFolders(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            createFolders(parent);
            Files.createDirectories(folder);
            AtomicFile.syncFolder(parent);
        }
    }
}
