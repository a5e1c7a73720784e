package org.sourceos.gitstore.git;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;

/**
 * Copies packs with their indexes from one repository to another, as {@code git index-pack} left them: it has compared each
 * object with its name. The caller holds the writer's lock.
 */
public final class PackAdoption {
    private final Path from;
    private final Path to;
    private final Path temporary;

    /** @param temporary an empty folder on the file system of {@code to}, removed by the caller */
    public PackAdoption(Path from, Path to, Path temporary) {
        this.from = from;
        this.to = to;
        this.temporary = temporary;
    }

    /** Each pack first and its index, by which it becomes visible, after it. */
    public void run(Cancellation interruption) throws IOException {
        if (!Files.isDirectory(from)) {
            return; // nothing came that was not here
        }
        try (DirectoryStream<Path> indexes = Files.newDirectoryStream(from, "pack-*.idx")) {
            for (Path index : indexes) {
                String name = String.valueOf(index.getFileName());
                Path pack = index.resolveSibling(name.substring(0, name.length() - ".idx".length()) + ".pack");
                copy(pack, interruption);
                copy(index, interruption);
            }
        }
        AtomicFile.syncFolder(to);
    }

    private void copy(Path file, Cancellation interruption) throws IOException {
        String name = String.valueOf(file.getFileName());
        Path copy = temporary.resolve(name);
        try (InputStream in = Files.newInputStream(file)) {
            AtomicFile.write(copy, out -> {
                byte[] buffer = new byte[1 << 18];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    interruption.throwIfCancelled();
                    out.write(buffer, 0, n);
                }
            });
        }
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("r--r--r--"));
        AtomicFile.moveIntoPlace(copy, to.resolve(name));
    }
}
