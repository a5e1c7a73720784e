package org.sourceos.rebuild.build;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.progress.StepListener;
import org.sourceos.rebuild.progress.StepListener.Outcome;

/**
 * Runs steps that depend on each other, several at a time. When one fails the others are cancelled, and its failure is the
 * one that is reported; or those that do not need it go on, and all failures are. Nothing runs any more when a method returns.
 */
public final class Executor {
    private final int jobs;
    private final Clock clock;
    private final Durations durations;

    /** @param jobs how many steps run at once */
    public Executor(int jobs, Clock clock, Durations durations) {
        this.jobs = Math.max(1, jobs);
        this.clock = clock;
        this.durations = durations;
    }

    /** What a step does. */
    @FunctionalInterface
    public interface Work {
        void run(StepListener listener, Cancellation cancellation) throws RebuildException;
    }

    /**
     * @param needs ids of steps of the same run that must be done first
     * @param prints what is known of its output; empty for a step whose lines are no measure of its work
     */
    public record Step(String id, Set<String> needs, Work work, Optional<Prints> prints) {
        public Step {
            needs = Set.copyOf(needs);
        }

        public Step(String id, Set<String> needs, Work work) {
            this(id, needs, work, Optional.empty());
        }
    }

    /**
     * What a step will take and print, about.
     *
     * @param like what such steps are called from run to run, and what others are called that are much like them, the likest
     *     first; the last step of that name says how long it took
     * @param lines how many lines of output, if there was no such step yet; 0 if nobody knows
     * @param prefix what lines begin with that count; empty if all do
     */
    public record Prints(List<String> like, long lines, String prefix) {
        public Prints {
            like = List.copyOf(like);
            if (like.isEmpty()) {
                throw new IllegalArgumentException("a step without a name");
            }
        }
    }

    /**
     * @throws RebuildException of the first step that failed
     * @throws CancellationException when {@code cancellation} was cancelled and no step had failed before
     */
    public void run(List<Step> steps, StepListener listener, Cancellation cancellation) throws RebuildException {
        cancellation.throwIfCancelled();
        Cancellation own = new Cancellation();
        try (Cancellation.Registration registration = cancellation.onCancel(own::cancel)) {
            new Run(steps, listener, own, false).toTheEnd();
        }
    }

    /**
     * Runs everything that does not need a step that failed.
     *
     * @return why each step failed that did, by its id, in the order in which they failed; what was not begun is not in it
     * @throws CancellationException when {@code cancellation} was cancelled
     */
    public Map<String, RebuildException> runAll(List<Step> steps, StepListener listener, Cancellation cancellation)
            throws RebuildException {
        cancellation.throwIfCancelled();
        Cancellation own = new Cancellation();
        try (Cancellation.Registration registration = cancellation.onCancel(own::cancel)) {
            return new Run(steps, listener, own, true).toTheEnd();
        }
    }

    private static List<String> like(Step step) {
        return step.prints().map(Prints::like).orElse(List.of(step.id()));
    }

    private Optional<Durations.Last> last(Step step) {
        return like(step).stream().flatMap(name -> durations.of(name).stream()).findFirst();
    }

    private static long expected(Step step, Optional<Durations.Last> last) {
        return last.map(Durations.Last::lines)
                .filter(lines -> lines > 0)
                .orElse(step.prints().map(Prints::lines).orElse(0L));
    }

    private final class Run {
        private final Set<Step> waiting = new LinkedHashSet<>();
        private final Set<String> done = new HashSet<>();
        private final StepListener listener;
        private final Cancellation cancellation;
        private final boolean keepGoing;
        private final Map<String, RebuildException> failures = new LinkedHashMap<>();
        private int running;
        private @Nullable Throwable failure;

        Run(List<Step> steps, StepListener listener, Cancellation cancellation, boolean keepGoing) {
            waiting.addAll(steps);
            this.listener = listener;
            this.cancellation = cancellation;
            this.keepGoing = keepGoing;
        }

        Map<String, RebuildException> toTheEnd() throws RebuildException {
            List<Thread> threads = new ArrayList<>();
            boolean interrupted = false;
            synchronized (this) {
                while (running > 0 || (!waiting.isEmpty() && !stopped())) {
                    Optional<Step> next = running < jobs && !stopped() ? ready() : Optional.empty();
                    if (next.isPresent()) {
                        waiting.remove(next.get());
                        running++;
                        Step step = next.get();
                        Thread thread = new Thread(() -> perform(step), "step-" + step.id());
                        thread.setDaemon(true);
                        threads.add(thread);
                        thread.start();
                    } else if (running == 0 && !failures.isEmpty()) {
                        waiting.clear(); // all that is left needs something that failed
                    } else if (running == 0) {
                        throw new IllegalStateException("steps that wait for each other: " + waiting);
                    } else {
                        try {
                            wait();
                        } catch (InterruptedException e) {
                            interrupted = true;
                            cancellation.cancel();
                        }
                    }
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            report();
            return failures;
        }

        private boolean stopped() {
            return failure != null || cancellation.isCancelled();
        }

        private Optional<Step> ready() {
            return waiting.stream()
                    .filter(step -> done.containsAll(step.needs()))
                    .findFirst();
        }

        private void perform(Step step) {
            Instant start = clock.instant();
            Outcome outcome = Outcome.FAILED;
            Throwable problem = null;
            Optional<Durations.Last> last = last(step);
            CountedLines counted = new CountedLines(
                    listener, step.id(), step.prints().map(Prints::prefix).orElse(""), expected(step, last));
            try {
                listener.started(step.id(), last.map(Durations.Last::took));
                counted.begin();
                step.work().run(step.prints().isPresent() ? counted : listener, cancellation);
                outcome = Outcome.DONE;
            } catch (CancellationException e) {
                outcome = Outcome.CANCELLED;
                problem = e;
            } catch (RebuildException e) {
                // What a step says after it was told to stop is only that it was stopped.
                outcome = cancellation.isCancelled() ? Outcome.CANCELLED : Outcome.FAILED;
                problem = outcome == Outcome.FAILED ? e : null;
            } catch (RuntimeException | Error e) {
                problem = e;
            } finally {
                end(step, start, counted.lines(), outcome, problem);
            }
        }

        private void end(Step step, Instant start, long lines, Outcome outcome, @Nullable Throwable problem) {
            Duration took = Duration.between(start, clock.instant());
            if (outcome == Outcome.DONE) {
                durations.record(like(step).get(0), new Durations.Last(took, lines));
            }
            try {
                listener.finished(step.id(), outcome, took);
            } finally {
                boolean first = false;
                synchronized (this) {
                    running--;
                    if (outcome == Outcome.DONE) {
                        done.add(step.id());
                    } else if (keepGoing && outcome == Outcome.FAILED && problem instanceof RebuildException e) {
                        failures.put(step.id(), e);
                    } else if (problem != null && failure == null) {
                        failure = problem;
                        first = true;
                    }
                    notifyAll();
                }
                if (first) {
                    cancellation.cancel();
                }
            }
        }

        private synchronized void report() throws RebuildException {
            Throwable problem = failure;
            if (problem instanceof RebuildException e) {
                throw e;
            }
            if (problem instanceof RuntimeException e) {
                throw e;
            }
            if (problem instanceof Error e) {
                throw e;
            }
            if (!waiting.isEmpty() || cancellation.isCancelled()) {
                throw new CancellationException("interrupted");
            }
        }
    }
}
