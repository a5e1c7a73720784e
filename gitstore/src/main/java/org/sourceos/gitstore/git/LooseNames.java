package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.sourceos.gitstore.ObjectName;

/**
 * Which loose objects there are, for a writer of packs: most of what it asks for is not there, so it lists a folder instead of
 * asking for each name, once it has asked there some times. What came into a folder since is not seen: then it is stored twice.
 */
final class LooseNames {
    private static final int FOLDERS = 256;
    private static final int ASKED_SINGLY = 4;

    private final Path objects;
    private final AtomicIntegerArray asked = new AtomicIntegerArray(FOLDERS);
    private final AtomicReferenceArray<@Nullable Set<String>> listed = new AtomicReferenceArray<>(FOLDERS);

    LooseNames(Path objects) {
        this.objects = objects;
    }

    boolean contains(ObjectName name) throws IOException {
        String folder = name.hex().substring(0, 2);
        String file = name.hex().substring(2);
        int number = Integer.parseInt(folder, 16);
        Set<String> names = listed.get(number);
        if (names == null && asked.incrementAndGet(number) > ASKED_SINGLY) {
            names = list(objects.resolve(folder));
            listed.set(number, names);
        }
        return (names == null || names.contains(file))
                && Files.exists(objects.resolve(folder).resolve(file));
    }

    private static Set<String> list(Path folder) throws IOException {
        Set<String> names = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            files.forEach(file -> names.add(String.valueOf(file.getFileName())));
        } catch (NoSuchFileException e) {
            return Set.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }
}
