package org.sourceos.cli.system;

import java.io.IOException;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.host.Cancellation;

/** Looks whether a push was superseded while it is evaluated and built, and stops that then. */
final class Supersession implements AutoCloseable {
    private static final long GLANCE_MILLIS = 100;

    private final PushQueue queue;
    private final PushQueue.Push push;
    private final CommandContext context;
    private final Cancellation own = new Cancellation();
    private final Cancellation.Registration whole;
    private final Thread watch;
    private volatile boolean over;

    Supersession(CommandContext context, PushQueue queue, PushQueue.Push push) {
        this.queue = queue;
        this.push = push;
        this.context = context;
        this.whole = context.cancellation().onCancel(own::cancel);
        this.watch = new Thread(this::watch, "superseded");
        watch.setDaemon(true);
        watch.start();
    }

    /** For what shall stop. */
    CommandContext context() {
        return context.withCancellation(own);
    }

    private void watch() {
        try {
            while (!over && queue.superseding(push).isEmpty()) {
                Thread.sleep(GLANCE_MILLIS);
            }
            if (!over) {
                own.cancel();
            }
        } catch (IOException e) {
            // It is then superseded by nobody, and git itself refuses the later of two that do not fit together.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Which one it gave way to; empty if it was stopped for another reason, or not at all. */
    Optional<PushQueue.Push> by() throws IOException {
        return context.cancellation().isCancelled() ? Optional.empty() : queue.superseding(push);
    }

    @Override
    public void close() {
        over = true;
        watch.interrupt();
        whole.close();
    }
}
