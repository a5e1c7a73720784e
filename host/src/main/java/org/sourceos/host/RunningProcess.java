package org.sourceos.host;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;

/** A started program. Its owner waits for it or kills it; closing kills it and waits until it is gone. */
public interface RunningProcess extends AutoCloseable {
    long pid();

    boolean isAlive();

    /** Its standard input; only for {@link Command.Stdin.Piped}. */
    OutputStream stdin();

    /** Waits until it ended and its output was read to the end; a program past its time limit is killed and reported. */
    ProcessResult await() throws IOException;

    /** Like {@link #await()}, but gives up (leaving the program running) after {@code limit}. */
    Optional<ProcessResult> await(Duration limit) throws IOException;

    /** Asks it to end (SIGTERM). */
    void terminate();

    /** Ends it and its descendants (SIGKILL). */
    void kill();

    @Override
    void close();
}
