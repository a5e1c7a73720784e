package org.sourceos.cli.language.repl;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;
import org.sourceos.host.Cancellation;

/** Where lines come from and answers go to. */
interface Console extends AutoCloseable {
    /**
     * The next entry, several lines where one is not enough; empty when there is no more.
     *
     * @param incomplete whether a text needs further lines
     */
    Optional<String> read(Predicate<String> incomplete) throws IOException;

    /** An answer. */
    void say(String text);

    /** An error, or what a trace says. */
    void complain(String text);

    /** Until the registration is closed, an interrupt calls {@code action} instead of ending the program. */
    Cancellation.Registration onInterrupt(Runnable action);

    @Override
    void close() throws IOException;
}
