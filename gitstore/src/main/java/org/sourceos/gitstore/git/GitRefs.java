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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.host.AtomicFile;

/** A repository's refs as files: loose ones and {@code packed-refs}. Refs change by git's own protocol, {@code <ref>.lock}. */
public final class GitRefs {
    /** The file that most refs are in. */
    public static final String PACKED = "packed-refs";

    private static final Duration STALE = Duration.ofSeconds(5);
    private static final int MAX_DEPTH = 16;

    private final Path repository;

    public GitRefs(Path repository) {
        this.repository = repository;
    }

    public Optional<ObjectName> find(String fullName) throws IOException {
        Optional<ObjectName> loose = loose(fullName);
        // Loose first: git packs refs by writing packed-refs before it removes the file.
        return loose.isPresent() ? loose : new PackedRefs(packedFile()).find(fullName);
    }

    private Path packedFile() {
        return repository.resolve(PACKED);
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

    static ObjectName name(String ref, String text) throws CorruptObjectException {
        try {
            return new ObjectName(text);
        } catch (IllegalArgumentException e) {
            throw new CorruptObjectException("the ref " + ref + " is damaged: it says '" + text + "'", e);
        }
    }

    /** All refs whose full name begins with {@code prefix}, sorted by name. */
    public SortedMap<String, ObjectName> list(String prefix) throws IOException {
        SortedMap<String, ObjectName> refs = new PackedRefs(packedFile()).list(prefix);
        addLoose(prefix, refs);
        return refs;
    }

    private void addLoose(String prefix, SortedMap<String, ObjectName> refs) throws IOException {
        for (String fullName : looseNames(prefix)) {
            // Gone between the two looks: packed meanwhile, and so already in the map, or removed.
            loose(fullName).ifPresent(object -> refs.put(fullName, object));
        }
    }

    private List<String> looseNames(String prefix) throws IOException {
        String above = prefix.substring(0, prefix.lastIndexOf('/') + 1);
        Path folder = repository.resolve(above);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder, MAX_DEPTH)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            String last = String.valueOf(file.getFileName());
            if (last.endsWith(".lock") || last.startsWith(".")) {
                continue;
            }
            String name = above + folder.relativize(file);
            if (name.startsWith(prefix)) {
                names.add(name);
            }
        }
        return names;
    }

    /** Told of a ref, by name, that is not as it was written. */
    @FunctionalInterface
    public interface Trouble {
        void found(String fullName, String problem);
    }

    /** All refs that can be read; of the others {@code trouble} is told. */
    public SortedMap<String, ObjectName> check(Trouble trouble) throws IOException {
        SortedMap<String, ObjectName> refs = new TreeMap<>();
        try {
            refs.putAll(new PackedRefs(packedFile()).check());
        } catch (CorruptObjectException | java.nio.charset.CharacterCodingException e) {
            trouble.found(PACKED, "is damaged: " + e.getMessage());
            refs.putAll(new PackedRefs(packedFile()).readable());
        }
        for (String fullName : looseNames("refs/")) {
            try {
                loose(fullName).ifPresent(object -> refs.put(fullName, object));
                String text = Files.readString(repository.resolve(fullName), StandardCharsets.ISO_8859_1);
                if (!text.matches("[0-9a-f]{40}\n")) {
                    trouble.found(fullName, "is damaged: it does not end as it was written");
                }
            } catch (CorruptObjectException e) {
                trouble.found(fullName, String.valueOf(e.getMessage()));
            } catch (NoSuchFileException e) {
                // Removed meanwhile.
            }
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

    /** Removes a ref, wherever it stands. */
    public void remove(String fullName) throws IOException {
        removeAll(List.of(fullName));
    }

    /**
     * Removes refs, wherever they stand. Packed refs are rewritten first: as long as the loose file is there, the packed value
     * does not count.
     */
    public void removeAll(Collection<String> fullNames) throws IOException {
        Set<String> gone = Set.copyOf(fullNames);
        SortedMap<String, ObjectName> packed = gone.isEmpty() ? new TreeMap<>() : new PackedRefs(packedFile()).list("");
        if (packed.keySet().stream().anyMatch(gone::contains)) {
            rewritePacked(refs -> refs.keySet().removeAll(gone));
        }
        Set<Path> folders = new HashSet<>();
        for (String fullName : fullNames) {
            Path ref = repository.resolve(fullName);
            Path folder = ref.resolveSibling("");
            if (!Files.isDirectory(folder)) {
                continue;
            }
            Path lock = ref.resolveSibling(ref.getFileName() + ".lock");
            try (FileChannel held = lock(lock)) {
                Files.deleteIfExists(ref);
            } finally {
                Files.deleteIfExists(lock);
            }
            folders.add(folder);
        }
        for (Path folder : folders) {
            AtomicFile.syncFolder(folder);
        }
    }

    /** Writes all refs into one file if at least so many have one each: then a look-up costs the same however many there are. */
    public void pack(int atLeast) throws IOException {
        SortedMap<String, ObjectName> loose = new TreeMap<>();
        addLoose("refs/", loose);
        if (loose.size() < atLeast) {
            if (new PackedRefs(packedFile()).lacksSum()) {
                rewritePacked(refs -> {});
            }
            return;
        }
        rewritePacked(refs -> refs.putAll(loose));
        Set<Path> folders = new HashSet<>();
        for (Map.Entry<String, ObjectName> ref : loose.entrySet()) {
            Path file = repository.resolve(ref.getKey());
            Path lock = file.resolveSibling(file.getFileName() + ".lock");
            try (FileChannel held = lock(lock)) {
                // Moved meanwhile: what was packed is older, and the file goes on to count.
                if (loose(ref.getKey()).equals(Optional.of(ref.getValue()))) {
                    Files.deleteIfExists(file);
                }
            } finally {
                Files.deleteIfExists(lock);
            }
            folders.add(file.resolveSibling(""));
        }
        for (Path folder : folders) {
            AtomicFile.syncFolder(folder);
        }
    }

    /** Changes what {@code packed-refs} holds; what tags point to in the end is forgotten, git finds it out again. */
    private void rewritePacked(Consumer<SortedMap<String, ObjectName>> change) throws IOException {
        Path lock = repository.resolve("packed-refs.lock");
        boolean moved = false;
        try (FileChannel channel = lock(lock)) {
            SortedMap<String, ObjectName> refs = new PackedRefs(packedFile()).list("");
            change.accept(refs);
            ByteBuffer text = ByteBuffer.wrap(PackedRefs.text(refs));
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
            Files.move(lock, packedFile(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            moved = true;
        } finally {
            if (!moved) {
                Files.deleteIfExists(lock);
            }
        }
        AtomicFile.syncFolder(repository);
    }

    /** Writes the file of packed refs anew with what can be read of it; how many those are. */
    public int rewritePacked() throws IOException {
        SortedMap<String, ObjectName> readable = new PackedRefs(packedFile()).readable();
        AtomicFile.write(packedFile(), out -> out.write(PackedRefs.text(readable)));
        Files.setPosixFilePermissions(packedFile(), PosixFilePermissions.fromString("rw-r--r--"));
        return readable.size();
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
