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
import java.util.concurrent.CancellationException;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.gitstore.generation.Generations;
import org.sourceos.host.Cancellation;
import org.sourceos.host.FileLock;
import org.sourceos.rebuild.RebuildException;

/**
 * Makes a generation the one that counts. The steps: the commands of the generation are prepared; the journal is written; the
 * ref is moved; the commands are exchanged; machines {@linkplain Follower follow}, and if they do not come up everything is
 * taken back; somebody confirms, where that was asked for; the journal is removed. Killed anywhere, the next that comes by ({@link #recover}) goes to the new generation if the ref says so, or back.
 *
 * <p>{@link #attempt Trying} one exchanges the commands alone: what counts still counts, and is gone back to.
 */
public final class Switcher {
    private static final Duration GLANCE = Duration.ofMillis(50);
    private static final String JOURNAL = "switch.json";

    private final Generations generations;
    private final Profile profile;
    private final SwitchJournal journal;
    private final FailedCommits failed;
    private final Trial trial;
    private final Follower follower;
    private final Path state;
    private final Clock clock;

    public Switcher(Generations generations, Profile profile, Path state, Clock clock) {
        this(generations, profile, Follower.none(), state, clock);
    }

    public Switcher(Generations generations, Profile profile, Follower follower, Path state, Clock clock) {
        this(generations, profile, Trial.of(state), follower, state, clock);
    }

    Switcher(Generations generations, Profile profile, Trial trial, Follower follower, Path state, Clock clock) {
        this.generations = generations;
        this.profile = profile;
        this.follower = follower;
        this.journal = new SwitchJournal(state.resolve(JOURNAL));
        this.failed = new FailedCommits(state);
        this.trial = trial;
        this.state = state;
        this.clock = clock;
    }

    /** How a switch ended. */
    public enum Outcome {
        /** It counts now. */
        DONE,
        /** It counted already, and its commands were there. */
        NOTHING_TO_DO,
        /** It counts until the time is over, and from then on if somebody confirms before. */
        WAITING,
        /** Nobody confirmed in time: what counted before counts again. */
        REVERTED
    }

    /**
     * A switch that waits for somebody to confirm it.
     *
     * @param byContact whether whoever connects from outside after {@code since} confirms it by that
     */
    public record Waiting(int to, Optional<Integer> from, Instant until, Instant since, boolean byContact) {}

    /** Whether a switch is under way or waits to be confirmed; as cheap as looking for a file. */
    public static boolean isUnderWay(Path state) {
        return Files.exists(state.resolve(JOURNAL));
    }

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
                follower.ready(Optional.of(to));
                if (isActive(to, from)) {
                    follower.follow(from, cancellation);
                    return Outcome.NOTHING_TO_DO;
                }
                change(
                        to,
                        new SwitchJournal.Entry(from.map(Generation::number), to.number(), Optional.empty()),
                        cancellation);
                stays(to);
                return Outcome.DONE;
            }
        });
    }

    /**
     * Makes a generation count, and what counted before again if nobody {@linkplain #confirm confirms} in time or the wait is
     * cancelled.
     */
    public Outcome activate(Generation to, Duration confirmWithin, Cancellation cancellation) throws RebuildException {
        Outcome begun = begin(to, confirmWithin, false, cancellation);
        return begun != Outcome.WAITING
                ? begun
                : explained("switch to generation " + to.number(), () -> awaited(to, cancellation));
    }

    private Outcome awaited(Generation to, Cancellation cancellation)
            throws IOException, StoreException, RebuildException {
        while (!cancellation.isCancelled() && isPending(to)) {
            if (journal.read().filter(entry -> entry.isOver(clock.instant())).isPresent()) {
                break;
            }
            try {
                Thread.sleep(GLANCE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        try (FileLock lock = lock(new Cancellation())) {
            if (isPending(to)) {
                SwitchJournal.Entry entry = journal.read().orElseThrow();
                takeBack(entry, "nobody confirmed generation " + entry.to() + " in time, and it was taken back");
                follower.follow(generations.current(), new Cancellation());
                return Outcome.REVERTED;
            }
            // The journal goes when somebody confirms, and when another command found the time to be over.
            Optional<Generation> current = generations.current();
            return current.filter(generation -> generation.number() == to.number())
                            .isPresent()
                    ? Outcome.DONE
                    : Outcome.REVERTED;
        }
    }

    private boolean isPending(Generation to) throws IOException {
        return journal.read().filter(entry -> entry.to() == to.number()).isPresent();
    }

    /**
     * Makes a generation count for a time, and does not wait for it to pass: whoever looks after it ({@link #recover}) takes it
     * back then.
     *
     * @param byContact whether a new connection confirms it, as {@link Waiting} says
     */
    public Outcome begin(Generation to, Duration confirmWithin, boolean byContact, Cancellation cancellation)
            throws RebuildException {
        return explained("switch to generation " + to.number(), () -> {
            try (FileLock lock = lock(cancellation)) {
                settle();
                refuseWhenWaiting();
                Optional<Generation> from = generations.current();
                follower.ready(Optional.of(to));
                if (isActive(to, from)) {
                    return Outcome.NOTHING_TO_DO;
                }
                Instant now = clock.instant();
                change(
                        to,
                        new SwitchJournal.Entry(
                                from.map(Generation::number),
                                to.number(),
                                Optional.of(now.plus(confirmWithin)),
                                Optional.of(now),
                                byContact),
                        cancellation);
                return Outcome.WAITING;
            }
        });
    }

    private boolean isActive(Generation to, Optional<Generation> current) throws IOException {
        return current.filter(generation -> generation.number() == to.number()).isPresent()
                && profile.changed(to).isEmpty();
    }

    private void change(Generation to, SwitchJournal.Entry entry, Cancellation cancellation)
            throws IOException, StoreException, RebuildException {
        profile.prepare(to);
        journal.write(entry);
        generations.makeCurrent(to);
        profile.point(to.number());
        trial.clear();
        try {
            follower.follow(Optional.of(to), cancellation);
        } catch (RebuildException e) {
            takeBack(entry, String.valueOf(e.getMessage()));
            throw backFrom(to, e);
        } catch (CancellationException e) {
            revert(entry.from());
            followAsFarAsPossible();
            throw e;
        }
    }

    /** What is thrown when a generation did not come up, after what counted before counts again. */
    private RebuildException backFrom(Generation to, RebuildException why) throws StoreException {
        Optional<Generation> back = generations.current();
        String said = "generation " + to.number() + " was taken back, for " + why.getMessage() + "; "
                + back.map(old -> "generation " + old.number() + " counts").orElse("none counts") + " again";
        try {
            follower.follow(back, new Cancellation());
            return new RebuildException(RebuildException.Kind.REVERTED, said, why);
        } catch (RebuildException e) {
            return new RebuildException(
                    RebuildException.Kind.REVERT_FAILED, said + ", but not all of it runs: " + e.getMessage(), e);
        }
    }

    /** Where there is nobody to tell; `status` shows what does not run, and each switch tries again. */
    private void followAsFarAsPossible() throws StoreException {
        try {
            follower.follow(generations.current(), new Cancellation());
        } catch (RebuildException e) {
            // As said.
        }
    }

    /** Makes a generation's commands the active ones, and lets count what counts: until the next switch, rollback or restart. */
    public Outcome attempt(Generation to, Cancellation cancellation) throws RebuildException {
        return explained("try generation " + to.number(), () -> {
            try (FileLock lock = lock(cancellation)) {
                settle();
                refuseWhenWaiting();
                follower.ready(Optional.of(to));
                boolean there = profile.current().equals(Optional.of(to.number()));
                if (isCurrent(to.number())) {
                    endTrial();
                } else if (!there) {
                    profile.prepare(to);
                    trial.write(to.number());
                    profile.point(to.number());
                }
                try {
                    follower.follow(Optional.of(to), cancellation);
                } catch (RebuildException e) {
                    endTrial();
                    throw backFrom(to, e);
                } catch (CancellationException e) {
                    endTrial();
                    followAsFarAsPossible();
                    throw e;
                }
                return there ? Outcome.NOTHING_TO_DO : Outcome.DONE;
            }
        });
    }

    /** The generation that is tried, if one is. */
    public Optional<Integer> tried() throws RebuildException {
        return explained("look at what is tried", () -> trial.generation(profile));
    }

    /** What names mean now: the generation that is tried, or else the one that counts. */
    public Optional<Generation> active() throws RebuildException {
        return explained("look up what counts", () -> {
            Optional<Integer> tried = trial.generation(profile);
            return tried.isPresent() ? generations.find(tried.get()) : generations.current();
        });
    }

    /** Goes back to what counts. */
    private void endTrial() throws IOException, StoreException {
        Optional<Generation> current = generations.current();
        if (current.isPresent()) {
            profile.prepare(current.get());
            profile.point(current.get().number());
        } else {
            profile.clear();
        }
        trial.clear();
    }

    private boolean isCurrent(int number) throws StoreException {
        return generations.current().map(Generation::number).equals(Optional.of(number));
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

    /** It is the new state of things: nothing of it has to be finished, and it did not fail. */
    private void stays(Generation generation) throws IOException {
        Optional<String> commit = generation.manifest().configuration().commit();
        if (commit.isPresent()) {
            failed.forget(commit.get());
        }
        journal.clear();
    }

    /** Lets the switch that waits for it stand; empty when none does. */
    public Optional<Waiting> confirm(Cancellation cancellation) throws RebuildException {
        return explained("confirm the switch", () -> {
            try (FileLock lock = lock(cancellation)) {
                settle();
                Optional<Waiting> waiting = pending();
                if (waiting.isPresent()) {
                    Optional<Generation> confirmed =
                            generations.find(waiting.get().to());
                    if (confirmed.isPresent()) {
                        stays(confirmed.get());
                    }
                    journal.clear();
                }
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
        return journal.read().flatMap(entry -> entry.confirmBy().map(until -> waiting(entry, until)));
    }

    private static Waiting waiting(SwitchJournal.Entry entry, Instant until) {
        return new Waiting(entry.to(), entry.from(), until, entry.since().orElse(Instant.EPOCH), entry.byContact());
    }

    /**
     * Finishes or takes back a switch whose process died, or that nobody confirmed in time. Every command that looks at
     * generations begins with it.
     *
     * @return what nobody had confirmed and was taken back
     */
    public Optional<Waiting> recover(Cancellation cancellation) throws RebuildException {
        return explained("finish the switch that was interrupted", () -> {
            mendRef(cancellation);
            if (journal.read().isEmpty() && !isTrialOver()) {
                return Optional.empty();
            }
            try (FileLock lock = lock(cancellation)) {
                Optional<SwitchJournal.Entry> interrupted = journal.read();
                Optional<Waiting> taken = settle();
                if (journal.read().isEmpty()) {
                    followOrGoBack(interrupted);
                }
                return taken;
            }
        });
    }

    /** A switch that was interrupted before its machines had come up is judged by them, as one that was not. */
    private void followOrGoBack(Optional<SwitchJournal.Entry> interrupted) throws IOException, StoreException {
        Optional<Generation> current = generations.current();
        try {
            follower.ready(current);
        } catch (RebuildException e) {
            // Nothing can follow from here, so that nothing is known of its machines.
            return;
        }
        try {
            follower.follow(current, new Cancellation());
        } catch (RebuildException e) {
            if (interrupted.isPresent() && isCurrent(interrupted.get().to())) {
                // Killed on the way back, the next begins here again.
                journal.write(interrupted.get());
                takeBack(interrupted.get(), String.valueOf(e.getMessage()));
                followAsFarAsPossible();
            }
        }
    }

    /** A disk can lose the ref alone; the commands say what counted too. */
    private void mendRef(Cancellation cancellation) throws IOException, StoreException {
        try {
            generations.current();
        } catch (StoreException damaged) {
            // Not while something is tried: then the commands say what is tried.
            Optional<Integer> shown = trial.isNoted() ? Optional.empty() : profile.current();
            Optional<Generation> counted = shown.isPresent() ? generations.find(shown.get()) : Optional.empty();
            if (counted.isEmpty()) {
                throw damaged;
            }
            try (FileLock lock = lock(cancellation)) {
                generations.makeCurrent(counted.get());
            }
        }
    }

    /** Begun and not finished, or of an earlier start of the computer. */
    private boolean isTrialOver() throws IOException {
        return trial.isNoted() && trial.generation(profile).isEmpty();
    }

    /** With the lock held, so that nobody is at it: what a dead process left is brought to one end or the other. */
    private Optional<Waiting> settle() throws IOException, StoreException {
        Optional<SwitchJournal.Entry> left = journal.read();
        if (left.isEmpty()) {
            if (isTrialOver()) {
                endTrial();
            }
            return Optional.empty();
        }
        SwitchJournal.Entry entry = left.get();
        if (entry.equals(SwitchJournal.Entry.UNREADABLE)) {
            // It neither goes on nor back: what the ref says counts, and has its commands.
            revert(generations.current().map(Generation::number));
            return Optional.empty();
        }
        if (entry.confirmBy().isPresent()) {
            // Not pointed there: whoever did it died on the way, so there is nothing that could be confirmed.
            // The ref is asked too: the commands may be there because the generation was tried before.
            boolean complete = profile.current().equals(Optional.of(entry.to())) && isCurrent(entry.to());
            if (!complete) {
                revert(entry.from());
            } else if (entry.isOver(clock.instant())) {
                takeBack(entry, "nobody confirmed generation " + entry.to() + " in time, and it was taken back");
                return Optional.of(waiting(entry, entry.confirmBy().get()));
            }
            return Optional.empty();
        }
        Optional<Generation> current = generations.current();
        if (current.filter(generation -> generation.number() == entry.to()).isPresent()) {
            profile.prepare(current.get());
            profile.point(entry.to());
            trial.clear();
            journal.clear();
        } else {
            revert(entry.from());
        }
        return Optional.empty();
    }

    /** Why is remembered first: it was tried, however far the way back comes. */
    private void takeBack(SwitchJournal.Entry entry, String why) throws IOException, StoreException {
        Optional<String> commit = generations
                .find(entry.to())
                .flatMap(generation -> generation.manifest().configuration().commit());
        if (commit.isPresent()) {
            failed.remember(commit.get(), new FailedCommits.Failure(clock.instant(), why));
        }
        revert(entry.from());
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
        trial.clear();
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
