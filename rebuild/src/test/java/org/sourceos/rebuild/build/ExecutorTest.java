package org.sourceos.rebuild.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.progress.StepListener;

@Timeout(30)
final class ExecutorTest {
    @TempDir
    Path temp;

    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final Cancellation cancellation = new Cancellation();

    private final StepListener listener = new StepListener() {
        @Override
        public void started(String step, Optional<Duration> estimate) {
            events.add("started " + step + (estimate.isPresent() ? " with estimate" : ""));
        }

        @Override
        public void output(String step, String line) {}

        @Override
        public void progress(String step, long done, long total) {}

        @Override
        public void finished(String step, Outcome outcome, Duration took) {
            events.add(outcome + " " + step);
        }

        @Override
        public void warning(String message) {}
    };

    private Executor executor(int jobs) {
        return new Executor(jobs, Clock.systemUTC(), new Durations(temp.resolve("state/durations.json")));
    }

    private static Executor.Step step(String id, Executor.Work work, String... needs) {
        return new Executor.Step(id, Set.of(needs), work);
    }

    @Test
    void runsStepsAfterThoseTheyNeed() throws Exception {
        executor(2)
                .run(
                        List.of(
                                step("c", (l, c) -> {}, "a", "b"),
                                step("b", (l, c) -> {}, "a"),
                                step("a", (l, c) -> {})),
                        listener,
                        cancellation);
        assertThat(events).containsExactly("started a", "DONE a", "started b", "DONE b", "started c", "DONE c");
    }

    @Test
    void runsIndependentStepsAtTheSameTime() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        Executor.Work meet = (l, c) -> {
            both.countDown();
            try {
                if (!both.await(20, TimeUnit.SECONDS)) {
                    throw new RebuildException(RebuildException.Kind.BUILD_FAILED, "alone");
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        };
        executor(2).run(List.of(step("a", meet), step("b", meet)), listener, cancellation);
        assertThat(events).contains("DONE a", "DONE b");
    }

    @Test
    void cancelsTheOthersWhenOneFailsAndReportsThatOne() {
        CountDownLatch running = new CountDownLatch(1);
        Executor.Work untilCancelled = (l, c) -> {
            running.countDown();
            CountDownLatch ended = new CountDownLatch(1);
            try (Cancellation.Registration registration = c.onCancel(ended::countDown)) {
                ended.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            c.throwIfCancelled();
        };
        Executor.Work failing = (l, c) -> {
            try {
                running.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            throw new RebuildException(RebuildException.Kind.TIMED_OUT, "too slow");
        };
        assertThatThrownBy(() -> executor(2)
                        .run(
                                List.of(step("a", untilCancelled), step("b", failing), step("c", (l, c) -> {}, "b")),
                                listener,
                                cancellation))
                .isInstanceOfSatisfying(
                        RebuildException.class, e -> assertThat(e.kind()).isEqualTo(RebuildException.Kind.TIMED_OUT))
                .hasMessage("too slow");
        assertThat(events).contains("FAILED b", "CANCELLED a").doesNotContain("started c");
    }

    @Test
    void goesOnWithWhatDoesNotNeedAStepThatFailed() throws Exception {
        Executor.Work failing = (l, c) -> {
            throw new RebuildException(RebuildException.Kind.BUILD_FAILED, "broken");
        };
        Map<String, RebuildException> failed = executor(1)
                .runAll(
                        List.of(
                                step("a", failing),
                                step("b", (l, c) -> {}, "a"),
                                step("c", (l, c) -> {}),
                                step("d", failing, "c"),
                                step("e", (l, c) -> {}, "b", "c")),
                        listener,
                        cancellation);
        assertThat(failed).containsOnlyKeys("a", "d");
        assertThat(events).contains("FAILED a", "DONE c", "FAILED d").doesNotContain("started b", "started e");
    }

    @Test
    void startsNothingWhenCancelledBefore() {
        cancellation.cancel();
        assertThatThrownBy(() -> executor(2).run(List.of(step("a", (l, c) -> {})), listener, cancellation))
                .isInstanceOf(CancellationException.class);
        assertThat(events).isEmpty();
    }

    @Test
    void passesTheCancellationOn() {
        assertThatThrownBy(() -> executor(1)
                        .run(
                                List.of(
                                        step("a", (l, c) -> {
                                            cancellation.cancel();
                                            c.throwIfCancelled();
                                        }),
                                        step("b", (l, c) -> {})),
                                listener,
                                cancellation))
                .isInstanceOf(CancellationException.class);
        assertThat(events).containsExactly("started a", "CANCELLED a");
    }

    @Test
    void remembersHowLongAStepTook() throws Exception {
        executor(1).run(List.of(step("a", (l, c) -> {})), listener, cancellation);
        executor(1).run(List.of(step("a", (l, c) -> {})), listener, cancellation);
        assertThat(events).contains("started a", "started a with estimate");
    }

    @Test
    void doesWithoutEstimatesWhereTheFileIsBroken() throws Exception {
        Files.createDirectories(temp.resolve("state"));
        Files.writeString(temp.resolve("state/durations.json"), "{\"a\": [");
        executor(1).run(List.of(step("a", (l, c) -> {})), listener, cancellation);
        assertThat(events).containsExactly("started a", "DONE a");
    }
}
