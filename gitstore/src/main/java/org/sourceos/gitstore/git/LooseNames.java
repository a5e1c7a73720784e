package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.BitSet;
import org.sourceos.gitstore.ObjectName;

/**
 * Which objects have a file of their own, as it was when the folder of their first two digits was first asked for: listing 256
 * folders costs less than asking for thousands of files that are not there. Safe for several threads.
 */
final class LooseNames {
    private final Path objects;
    private final BitSet listed = new BitSet(256);
    private final ObjectSet names = new ObjectSet();

    LooseNames(Path objects) {
        this.objects = objects;
    }

    synchronized boolean contains(ObjectName name) throws IOException {
        String prefix = name.hex().substring(0, 2);
        int number = Integer.parseInt(prefix, 16);
        if (!listed.get(number)) {
            list(prefix);
            listed.set(number);
        }
        return names.contains(name);
    }

    private void list(String prefix) throws IOException {
        Path folder = objects.resolve(prefix);
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = prefix + file.getFileName();
                if (name.matches("[0-9a-f]{40}")) {
                    names.add(new ObjectName(name));
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            // Removed meanwhile.
        }
    }
}
