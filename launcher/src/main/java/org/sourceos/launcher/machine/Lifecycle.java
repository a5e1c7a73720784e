package org.sourceos.launcher.machine;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.sourceos.launcher.LaunchException;

/**
 * What is known of one machine and what is wanted of it; on the disk before anybody is told.
 *
 * <p>Its monitor guards all that belongs to the machine, also what other classes keep of it, so that what several of them
 * know changes at once. Whoever holds it may close a connection, which takes locks of its own; no connection calls us while
 * it holds one.
 */
final class Lifecycle {
    private static final long GLANCE_MILLIS = 100;

    private final MachineFolders folders;
    private final Clock clock;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final CompletableFuture<MachineEnd> over = new CompletableFuture<>();
    private MachineRecord record;
    private boolean released;
    private boolean killed;

    Lifecycle(MachineFolders folders, Clock clock, MachineRecord record) {
        this.folders = folders;
        this.clock = clock;
        this.record = record;
        if (record.state() == MachineState.ENDED) {
            over.complete(record.end().orElseGet(() -> Ends.unseen(record.name())));
        }
    }

    synchronized MachineRecord record() {
        return record;
    }

    Instant now() {
        return clock.instant();
    }

    synchronized void change(UnaryOperator<MachineRecord> change) throws IOException {
        record = change.apply(record);
        folders.write(record);
    }

    /** As {@link #change}, to that state, if it is in the other. */
    synchronized void move(MachineState from, MachineState to) throws IOException {
        if (record.state() == from) {
            change(now -> now.in(to, now()));
        }
    }

    /** Its guest lives; one that is paused is so until somebody lets it go on. */
    synchronized void running() throws IOException {
        if (record.state() != MachineState.PAUSED) {
            change(now -> now.in(MachineState.RUNNING, now()));
        }
    }

    /** From now on whoever waits for its start need not. */
    void started() {
        started.complete(null);
    }

    boolean hasStarted() {
        return started.isDone();
    }

    /** Waits until its program runs, or why it does not. */
    void awaitStarted() throws LaunchException {
        CompletableFuture.anyOf(started, over).handle((value, failure) -> value).join();
        if (!started.isDone()) {
            MachineEnd end = over.join();
            throw new LaunchException(
                    end.message().isEmpty() ? "the machine " + record().name() + " ended at once" : end.message());
        }
    }

    /** It is not started again. */
    void over(MachineEnd end) {
        over.complete(end);
    }

    boolean isOver() {
        return over.isDone();
    }

    /** Empty when it is let go of before. */
    Optional<MachineEnd> awaitEnd() throws InterruptedException {
        while (over.isDone() || !isReleased()) {
            try {
                return Optional.of(over.get(GLANCE_MILLIS, TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                // The service may let go of it meanwhile.
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        return Optional.empty();
    }

    boolean endsWithin(Duration limit) throws InterruptedException {
        try {
            over.get(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** When it has ended it is not started again. */
    synchronized void unwanted() throws IOException {
        if (record.state() != MachineState.ENDED && !record.unwanted()) {
            change(MachineRecord::notWanted);
        }
        notifyAll();
    }

    /** Waits before it is started again; false when it is not wanted any more. */
    synchronized boolean pause(Duration pause) {
        long end = System.nanoTime() + pause.toNanos();
        while (!record.unwanted() && !released) {
            long millis = (end - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return true;
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    /** It runs on, and is somebody else's to look after. */
    synchronized void release() {
        released = true;
        notifyAll();
    }

    synchronized boolean isReleased() {
        return released;
    }

    /** We end its QEMU, so that its end is no failure. */
    synchronized void killed() {
        killed = true;
    }

    synchronized boolean isKilled() {
        return killed;
    }

    synchronized LaunchException notThere(String what) {
        return new LaunchException("cannot " + what + " " + record.name() + ": it is "
                + record.state().name().toLowerCase(Locale.ROOT)
                + (record.state() == MachineState.ENDED
                        ? "; `sourceos logs " + record.name() + "` shows what it said"
                        : "; try again when `sourceos ps` says running"));
    }
}
