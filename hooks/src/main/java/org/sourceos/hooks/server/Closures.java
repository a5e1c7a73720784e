package org.sourceos.hooks.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where closures are received: what was built elsewhere of a repository that is served. Asked from several threads.
 *
 * <p>Each command of git gets a repository of its own, which lists what is here, so that git sends only the rest.
 */
@FunctionalInterface
public interface Closures {
    /** None are. */
    Closures NONE = () -> {
        throw new IOException("what was built elsewhere is not taken here");
    };

    /** A repository for one command. */
    interface Staging extends AutoCloseable {
        Path directory();

        /** More variables for its hooks. */
        Map<String, String> environment();

        /** Removes it. */
        @Override
        void close();
    }

    Staging begin() throws IOException;
}
