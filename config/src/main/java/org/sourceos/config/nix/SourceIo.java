package org.sourceos.config.nix;

import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What an evaluation can read. Paths are absolute, with {@code /}, canonical. Implemented by a directory, or by a git
 * commit's tree. A file that is not there is a {@link java.nio.file.NoSuchFileException}.
 */
public interface SourceIo {
    /** As {@code builtins.readDir} names them, in lower case. */
    enum FileType {
        REGULAR,
        DIRECTORY,
        SYMLINK,
        UNKNOWN
    }

    byte[] read(String path) throws IOException;

    /** Of the file itself, a link not followed; empty when there is none. */
    Optional<FileType> type(String path) throws IOException;

    /** The names in a directory. */
    SortedMap<String, FileType> list(String path) throws IOException;

    /** Where a link points, as it is written. */
    String readLink(String path) throws IOException;

    /** Whether the user wrote the file: messages point into such files where they can. */
    default boolean isUsers(String path) {
        return true;
    }
}
