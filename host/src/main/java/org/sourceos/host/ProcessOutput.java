package org.sourceos.host;

import java.io.OutputStream;
import java.nio.file.Path;

/** Where a program's standard output or standard error goes. */
public sealed interface ProcessOutput {
    /** Kept in memory for {@link ProcessResult}. */
    record Captured() implements ProcessOutput {}

    /** Thrown away. */
    record Discarded() implements ProcessOutput {}

    /** This process's own standard output or error: for a program that somebody uses, such as an editor. */
    record Inherited() implements ProcessOutput {}

    /** Appended to a file by the kernel; nothing passes through this process. */
    record ToFile(Path file) implements ProcessOutput {}

    /** Copied to a stream as it comes; the stream is flushed after every read and never closed. */
    record ToStream(OutputStream stream) implements ProcessOutput {}
}
