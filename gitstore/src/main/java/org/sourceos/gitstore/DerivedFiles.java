package org.sourceos.gitstore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.lease.Session;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;

/**
 * Files that can be made again from what is stored, made for who has the store open and held as long: what a collection removed
 * before it could be held is made once more.
 */
final class DerivedFiles {
    private static final int ATTEMPTS = 3;

    private final Path directory;
    private final GitObjects objects;
    private final Materializer materializer;
    private final PackDisks packDisks;
    private final Session session;

    DerivedFiles(Path directory, GitObjects objects, Materializer materializer, PackDisks packDisks, Session session) {
        this.directory = directory;
        this.objects = objects;
        this.materializer = materializer;
        this.packDisks = packDisks;
        this.session = session;
    }

    Path checkout(List<StoredLayer> wanted, Cancellation interruption) throws IOException {
        for (StoredLayer layer : wanted) {
            session.holdFile(directory.resolve(StoreLayout.ROOTS).resolve(Checkouts.id(List.of(layer))));
        }
        return held(() -> materializer.checkout(wanted, interruption));
    }

    Path erofsImage(StoredLayer layer, Cancellation interruption) throws IOException {
        return held(() -> materializer.erofsImage(layer, interruption));
    }

    Path file(StoredLayer layer, String path, Cancellation interruption) throws IOException {
        return held(() -> materializer.file(layer, path, interruption));
    }

    List<Path> disks(List<StoredLayer> wanted, DiskRules rules, Cancellation interruption) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<Path> made;
            try {
                made = packDisks.make(wanted, rules, session::holdFile, interruption);
            } catch (NoSuchFileException e) {
                objects.rescan(); // a collection replaced a pack meanwhile
                continue;
            }
            made.forEach(session::holdFile);
            if (made.stream().allMatch(Files::exists)) {
                return made;
            }
        }
        return packDisks.make(wanted, DiskRules.copies(), session::holdFile, interruption);
    }

    /** How a file is made, or found. */
    @FunctionalInterface
    private interface Making {
        Path run() throws IOException;
    }

    private Path held(Making make) throws IOException {
        Path made = make.run();
        session.holdFile(made);
        return Files.exists(made) ? made : make.run();
    }

    Path remove(Path derived) throws IOException {
        Path path = derived.toAbsolutePath().normalize();
        Path parent = path.getParent();
        if (!directory.resolve(StoreLayout.ROOTS).equals(parent)
                && !directory.resolve(StoreLayout.DISKS).equals(parent)) {
            throw new IOException("it is not one of the store's derived files");
        }
        Directories.remove(path);
        Directories.remove(path.resolveSibling(path.getFileName() + Checkouts.BOOT));
        Directories.remove(path.resolveSibling(path.getFileName() + DerivedFile.SUFFIX));
        return path;
    }
}
