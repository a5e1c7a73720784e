package org.sourceos.config.options;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.SortedMap;
import org.sourceos.config.nix.Evaluation;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.nix.SourceIo;

/** {@code lib}: functions for configurations, written in the language itself; resources of this module. */
public final class Library {
    /** Where evaluations see its files. No real path can hold a NUL, so nothing of the user's is hidden by it. */
    private static final String FOLDER = "/\0lib";

    private static final String RESOURCES = "/org/sourceos/config/lib";

    private Library() {}

    /** {@code lib}, for evaluations of files that come from {@link #over}. */
    static NixValue value(Evaluation evaluation) {
        return evaluation.lazy(() -> evaluation.importFile(FOLDER + "/default.nix"));
    }

    /** The same files, and the library's beside them. */
    static SourceIo over(SourceIo io) {
        return new SourceIo() {
            @Override
            public byte[] read(String path) throws IOException {
                return isOurs(path) ? resource(path) : io.read(path);
            }

            @Override
            public Optional<FileType> type(String path) throws IOException {
                if (!isOurs(path)) {
                    return io.type(path);
                }
                return Optional.of(path.endsWith(".nix") ? FileType.REGULAR : FileType.DIRECTORY);
            }

            @Override
            public SortedMap<String, FileType> list(String path) throws IOException {
                return io.list(path);
            }

            @Override
            public String readLink(String path) throws IOException {
                return io.readLink(path);
            }

            @Override
            public boolean isUsers(String path) {
                return !isOurs(path) && io.isUsers(path);
            }
        };
    }

    private static boolean isOurs(String path) {
        return path.startsWith(FOLDER);
    }

    private static byte[] resource(String path) throws IOException {
        String name = RESOURCES + path.substring(FOLDER.length());
        try (InputStream in = Library.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new NoSuchFileException(name);
            }
            return in.readAllBytes();
        }
    }
}
