package org.sourceos.cli;

import java.util.function.IntPredicate;
import org.sourceos.host.Cancellation;

/** The signals that reach a command, wherever it runs: sent to its own process, or relayed by a client. */
public interface Signals {
    int HANGUP = 1;
    int INTERRUPT = 2;
    int TERMINATE = 15;

    /**
     * Hands hang-up, interrupt and terminate to {@code handler} until the registration is closed. Where the handler returns
     * false, and at the second signal whatever it returns, the command is cancelled, as it is without a handler.
     */
    Cancellation.Registration forward(IntPredicate handler);

    /** Tells {@code action} when the terminal's size changed, until the registration is closed. */
    Cancellation.Registration onResize(Runnable action);

    /** For where there are none. */
    static Signals none() {
        return new Signals() {
            @Override
            public Cancellation.Registration forward(IntPredicate handler) {
                return () -> {};
            }

            @Override
            public Cancellation.Registration onResize(Runnable action) {
                return () -> {};
            }
        };
    }
}
