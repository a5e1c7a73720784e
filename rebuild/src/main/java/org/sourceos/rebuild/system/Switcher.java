package org.sourceos.rebuild.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.gitstore.generation.Generations;
import org.sourceos.host.Cancellation;
import org.sourceos.host.FileLock;
import org.sourceos.rebuild.RebuildException;

/**
 * Makes a generation the one that counts. The steps: the commands of the generation are prepared; the journal is written; the
 * ref is moved; the commands are exchanged; somebody confirms, where that was asked for; the journal is removed. Killed
 * anywhere, the next that comes by ({@link #recover}) goes to the new generation if the ref says so, or back.
 */
public final class Switcher {
    private static final Duration GLANCE = Duration.ofMillis(50);

    private final Generations generations;
    private final Profile profile;
    private final SwitchJournal journal;
    private final Path state;
    private final Clock clock;

    public Switcher(Generations generations, Profile profile, Path state, Clock clock) {
        this.generations = generations;
        this.profile = profile;
        this.journal = new SwitchJournal(state.resolve("switch.json"));
        this.state = state;
        this.clock = clock;
    }

    /** How a switch ended. */
    public enum Outcome {
        /** It counts now. */
        DONE,
        /** It counted already, and its commands were there. */
        NOTHING_TO_DO,
        /** Nobody confirmed in time: what counted before counts again. */
        REVERTED
    }

    /** A switch that waits for somebody to confirm it. */
    public record Waiting(int to, Optional<Integer> from, Instant until) {}

    private FileLock lock(Cancellation cancellation) throws IOException {
        Files.createDirectories(state);
        return FileLock.acquire(state.resolve("switch.lock"), cancellation, holder -> {});
    }

    /** Makes a generation count. */
    public Outcome activate(Generation to, Cancellation cancellation) throws RebuildException {
        return explained("switch to generation " + to.number(), () -> {
            try (FileLock lock = lock(cancellation)) {
                settle();
                refuseWhenWaiting();
                Optional<Generation> from = generations.current();
                if (isActive(to, from)) {
                    return Outcome.NOTHING_TO_DO;
                }
                change(to, from, Optional.empty());
                journal.clear();
                return Outcome.DONE;
            }
        });
    }

    /**
     * Makes a generation count, and what counted before again if nobody {@linkplain #confirm confirms} in time or the wait is
     * cancelled.
     */
    public Outcome activate(Generation to, Duration confirmWithin, Cancellation cancellation) throws RebuildException {
        return explained("switch to generation " + to.number(), () -> {
            Instant until;
            Optional<Generation> from;
            try (FileLock lock = lock(cancellation)) {
                settle();
                refuseWhenWaiting();
                from = generations.current();
                if (isActive(to, from)) {
                    return Outcome.NOTHING_TO_DO;
                }
                until = clock.instant().plus(confirmWithin);
                change(to, from, Optional.of(until));
            }
            boolean confirmed = confirmed(to, until, cancellation);
            try (FileLock lock = lock(new Cancellation())) {
                if (!confirmed && journal.read().isPresent()) {
                    revert(from.map(Generation::number));
                    return Outcome.REVERTED;
                }
                return Outcome.DONE;
            }
        });
    }

    private boolean isActive(Generation to, Optional<Generation> current) throws IOException {
        return current.filter(generation -> generation.number() == to.number()).isPresent()
                && profile.current().equals(Optional.of(to.number()));
    }

    private void change(Generation to, Optional<Generation> from, Optional<Instant> confirmBy)
            throws IOException, StoreException {
        profile.prepare(to);
        journal.write(new SwitchJournal.Entry(from.map(Generation::number), to.number(), confirmBy));
        generations.makeCurrent(to);
        profile.point(to.number());
    }

    private void refuseWhenWaiting() throws IOException, RebuildException {
        Optional<Waiting> waiting = pending();
        if (waiting.isPresent()) {
            throw new RebuildException(
                    RebuildException.Kind.UNUSABLE,
                    "generation " + waiting.get().to() + " waits to be confirmed until "
                            + waiting.get().until().truncatedTo(ChronoUnit.SECONDS)
                            + ": `sourceos-rebuild confirm`, or let the time pass and it is taken back");
        }
    }

    /** Whether the journal went away, as it does when somebody confirms, before the time was over. */
    private boolean confirmed(Generation to, Instant until, Cancellation cancellation) throws IOException {
        while (clock.instant().isBefore(until) && !cancellation.isCancelled()) {
            if (journal.read().filter(entry -> entry.to() == to.number()).isEmpty()) {
                return true;
            }
            try {
                Thread.sleep(GLANCE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    /** Lets the switch that waits for it stand; empty when none does. */
    public Optional<Waiting> confirm(Cancellation cancellation) throws RebuildException {
        return explained("confirm the switch", () -> {
            try (FileLock lock = lock(cancellation)) {
                settle();
                Optional<Waiting> waiting = pending();
                journal.clear();
                return waiting;
            }
        });
    }

    /** The switch that waits to be confirmed, if one does. */
    public Optional<Waiting> waiting() throws RebuildException {
        return explained("look at the switch that is under way", this::pending);
    }

    /** The generations that a switch that is under way, or was interrupted, and the commands that are there now need. */
    public Set<Integer> needed() throws RebuildException {
        return explained("look which generations are needed", () -> {
            Set<Integer> numbers = new TreeSet<>();
            profile.current().ifPresent(numbers::add);
            journal.read().ifPresent(entry -> {
                numbers.add(entry.to());
                entry.from().ifPresent(numbers::add);
            });
            return numbers;
        });
    }

    private Optional<Waiting> pending() throws IOException {
        return journal.read()
                .flatMap(entry -> entry.confirmBy().map(until -> new Waiting(entry.to(), entry.from(), until)));
    }

    /** Finishes or takes back a switch whose process died. Every command that looks at generations begins with it. */
    public void recover(Cancellation cancellation) throws RebuildException {
        explained("finish the switch that was interrupted", () -> {
            if (journal.read().isPresent()) {
                try (FileLock lock = lock(cancellation)) {
                    settle();
                }
            }
            return state;
        });
    }

    /** With the lock held, so that nobody is at it: what a dead process left is brought to one end or the other. */
    private void settle() throws IOException, StoreException {
        Optional<SwitchJournal.Entry> left = journal.read();
        if (left.isEmpty()) {
            return;
        }
        SwitchJournal.Entry entry = left.get();
        if (entry.confirmBy().isPresent()) {
            // Not pointed there: whoever did it died on the way, so there is nothing that could be confirmed.
            boolean complete = profile.current().equals(Optional.of(entry.to()));
            if (!complete || entry.confirmBy().get().isBefore(clock.instant())) {
                revert(entry.from());
            }
            return;
        }
        Optional<Generation> current = generations.current();
        if (current.filter(generation -> generation.number() == entry.to()).isPresent()) {
            profile.prepare(current.get());
            profile.point(entry.to());
            journal.clear();
        } else {
            revert(entry.from());
        }
    }

    private void revert(Optional<Integer> from) throws IOException, StoreException {
        if (from.isPresent()) {
            Generation old = generations
                    .find(from.get())
                    .orElseThrow(
                            () -> new StoreException("generation " + from.get() + " is not in the store any more"));
            profile.prepare(old);
            generations.makeCurrent(old);
            profile.point(old.number());
        } else {
            generations.makeNoneCurrent();
            profile.clear();
        }
        journal.clear();
    }

    @FunctionalInterface
    private interface Task<T> {
        T run() throws IOException, StoreException, RebuildException;
    }

    private static <T> T explained(String what, Task<T> task) throws RebuildException {
        try {
            return task.run();
        } catch (StoreException e) {
            throw new RebuildException(RebuildException.Kind.STORE, "cannot " + what + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new RebuildException(
                    RebuildException.Kind.STORE,
                    "cannot " + what + ": " + e + "; what counted before still does, or will at the next command",
                    e);
        }
    }
}
