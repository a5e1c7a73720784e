package org.sourceos.launcher.template;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.sourceos.host.Cancellation;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.qemu.VmSpec;

/**
 * Makes templates in the background of a resident process, one at a time and behind everything else. A wish that cannot be
 * fulfilled is forgotten: the next launch of the same machine wishes again, up to a limit.
 */
public final class TemplateMaker implements AutoCloseable {
    private static final int WAITING = 16;
    private static final int ATTEMPTS = 3;
    private static final int CLOSE_SECONDS = 5;
    private static final int REMEMBERED = 1000;

    private final Cancellation cancellation = new Cancellation();
    private final Set<TemplateKey> wanted = new HashSet<>();
    private final Map<TemplateKey, Integer> failures = new HashMap<>();
    private final Duration delay;
    private final ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(1, TemplateMaker::thread);

    /** @param delay from the wish to the work: the program that was launched begins first */
    public TemplateMaker(Duration delay) {
        this.delay = delay;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "template-maker");
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        return thread;
    }

    /** For a machine that waits for any program. */
    public void want(Templates templates, VmSpec spec, LaunchContext context, Runnable then) {
        want(templates, Launchable.of(spec), context, then);
    }

    /** Returns at once; {@code then} is called when there is a template. */
    public void want(Templates templates, Launchable wish, LaunchContext context, Runnable then) {
        if (!wish.spec().memory().canBeRestored()) {
            return;
        }
        try {
            TemplateKey key = TemplateKey.of(wish);
            synchronized (wanted) {
                if (wanted.size() >= WAITING || failures.getOrDefault(key, 0) >= ATTEMPTS || !wanted.add(key)) {
                    return;
                }
            }
            worker.schedule(() -> make(key, templates, wish, context, then), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // Closed.
        } catch (IOException e) {
            // What the machine needs is gone; so is the reason to prepare it.
        }
    }

    private void make(TemplateKey key, Templates templates, Launchable wish, LaunchContext context, Runnable then) {
        boolean there = false;
        try {
            Templates.Made made = templates.make(wish, context, cancellation);
            there = made == Templates.Made.MADE || made == Templates.Made.PRESENT;
        } catch (LaunchException | IOException | CancellationException e) {
            // Launches work without; who wants to know why asks `template make`.
        } finally {
            synchronized (wanted) {
                wanted.remove(key);
                if (!there) {
                    if (failures.size() >= REMEMBERED) {
                        failures.clear();
                    }
                    failures.merge(key, 1, Integer::sum);
                }
            }
        }
        if (there) {
            then.run();
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
        cancellation.cancel();
        try {
            worker.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
