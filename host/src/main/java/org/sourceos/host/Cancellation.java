package org.sourceos.host;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;

/**
 * A request to stop, handed down from the command to everything that takes time.
 *
 * <p>One per command. {@link #cancel()} is called once, from any thread (Ctrl-C, a closed client); work in progress either
 * asks {@link #throwIfCancelled()} between steps or registers with {@link #onCancel} what ends it at once.
 */
public final class Cancellation {
    private final Set<Runnable> actions = new LinkedHashSet<>();
    private boolean cancelled;

    /** What ends an {@link #onCancel} registration; closing it twice is harmless. */
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /** Requests the stop and runs what was registered, in order, in the calling thread. */
    public void cancel() {
        List<Runnable> toRun;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            toRun = List.copyOf(actions);
            actions.clear();
        }
        toRun.forEach(Runnable::run);
    }

    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Fails with {@link CancellationException} once the stop was requested. */
    public void throwIfCancelled() {
        if (isCancelled()) {
            throw new CancellationException("interrupted");
        }
    }

    /** Runs {@code action} when the stop is requested: at once if it already was. Actions must be quick and must not throw. */
    public Registration onCancel(Runnable action) {
        Runnable own = () -> action.run();
        synchronized (this) {
            if (!cancelled) {
                actions.add(own);
                return () -> {
                    synchronized (Cancellation.this) {
                        actions.remove(own);
                    }
                };
            }
        }
        own.run();
        return () -> {};
    }
}
