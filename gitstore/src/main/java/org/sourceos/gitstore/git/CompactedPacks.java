package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.sourceos.host.AtomicFile;

/**
 * Which packs are as small as they can be: a file with their names, a line each. It saves time only: what is not in it is
 * written anew by the next compaction.
 */
public final class CompactedPacks {
    private final Path file;

    public CompactedPacks(Path file) {
        this.file = file;
    }

    Set<String> names() throws IOException {
        Set<String> names = new TreeSet<>();
        try {
            for (String line :
                    Files.readString(file, StandardCharsets.ISO_8859_1).split("\n")) {
                if (line.matches("pack-[0-9a-f]{40}")) {
                    names.add(line);
                }
            }
        } catch (NoSuchFileException e) {
            return names;
        }
        return names;
    }

    /** Adds one, and forgets those that are gone. */
    void add(String name, Path packs) throws IOException {
        Set<String> names = names();
        names.removeIf(other -> !Files.exists(packs.resolve(other + ".pack")));
        names.add(name);
        AtomicFile.write(file, String.join("\n", names) + "\n");
    }
}
