package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A file or folder as it was when somebody looked: by that one sees later whether to look again. */
record FileStamp(@Nullable Object identity, FileTime changed, long size, Instant seen) {
    /**
     * File systems tell time in steps, some in steps of two seconds: what was changed so shortly before it was seen may have
     * been changed again within the same step (git's "racy" entries).
     */
    private static final Duration STEP = Duration.ofMillis(2500);

    static FileStamp of(Path file) throws IOException {
        Instant now = Instant.now();
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new FileStamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size(), now);
    }

    /** Whether what was seen now is surely what was seen then. */
    boolean isSurely(FileStamp then) {
        return looksLike(then) && then.changed.toInstant().plus(STEP).isBefore(then.seen);
    }

    /** The same for what is replaced and never written to. */
    boolean looksLike(FileStamp then) {
        return Objects.equals(identity, then.identity) && changed.equals(then.changed) && size == then.size;
    }
}
