package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.host.AtomicFile;

/**
 * A repository's file {@code shallow} ({@code gitformat-shallow}): commits whose parents are not asked for. By it history is
 * cut off where what came before has been collected, without writing a commit anew.
 */
public final class Shallow {
    private final Path file;

    public Shallow(Path repository) {
        this.file = repository.resolve("shallow");
    }

    public Set<ObjectName> read() throws IOException {
        Set<ObjectName> commits = new HashSet<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                if (!line.isBlank()) {
                    commits.add(new ObjectName(line.strip()));
                }
            }
        } catch (NoSuchFileException e) {
            return commits;
        } catch (IllegalArgumentException e) {
            throw new CorruptObjectException("the file " + file + " is damaged: " + e.getMessage(), e);
        }
        return commits;
    }

    /** Replaces what it says; without a commit there is no file. */
    public void write(Collection<ObjectName> commits) throws IOException {
        if (commits.isEmpty()) {
            if (Files.deleteIfExists(file)) {
                AtomicFile.syncFolder(file.resolveSibling(""));
            }
            return;
        }
        StringBuilder lines = new StringBuilder();
        Set<String> sorted = new TreeSet<>();
        commits.forEach(commit -> sorted.add(commit.hex()));
        sorted.forEach(commit -> lines.append(commit).append('\n'));
        AtomicFile.write(file, lines.toString());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
}
