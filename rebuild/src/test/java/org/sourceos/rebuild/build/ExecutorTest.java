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
        public void progress(String step, long done, long total) {
            events.add(step + " " + done + "/" + total);
        }

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

    private Executor.Step printing(String id, Executor.Prints prints, String... lines) {
        return new Executor.Step(
                id,
                Set.of(),
                (l, c) -> {
                    for (String line : lines) {
                        l.output(id, line);
                    }
                },
                Optional.of(prints));
    }

    private List<String> eventsOf(Executor.Step step) throws Exception {
        events.clear();
        executor(1).run(List.of(step), listener, cancellation);
        return List.copyOf(events);
    }

    @Test
    void saysByTheLinesThatCountHowFarABuildIs() throws Exception {
        Executor.Prints compiled = new Executor.Prints(List.of("build a"), 4, "CC ");
        assertThat(eventsOf(printing("build a", compiled, "configuring", "CC a", "CC b", "LD c")))
                .containsExactly("started build a", "build a 0/4", "build a 1/4", "build a 2/4", "DONE build a");
    }

    @Test
    void neverCountsBeyondWhatWasExpected() throws Exception {
        Executor.Prints all = new Executor.Prints(List.of("a"), 2, "");
        assertThat(eventsOf(printing("a", all, "1", "2", "3", "4")))
                .containsExactly("started a", "a 0/2", "a 1/2", "a 2/2", "DONE a");
    }

    @Test
    void aHundredThousandLinesAreNoMoreThanAHundredWords() throws Exception {
        String[] lines = new String[100_000];
        java.util.Arrays.fill(lines, "x");
        Executor.Prints all = new Executor.Prints(List.of("a"), lines.length, "");
        assertThat(eventsOf(printing("a", all, lines))).hasSizeLessThanOrEqualTo(103);
    }

    @Test
    void whatWasPrintedHereTheLastTimeCountsInstead() throws Exception {
        Executor.Prints all = new Executor.Prints(List.of("a"), 100, "");
        eventsOf(printing("a", all, "1", "2"));
        assertThat(eventsOf(printing("a", all, "1", "2")))
                .containsExactly("started a with estimate", "a 0/2", "a 1/2", "a 2/2", "DONE a");
    }

    @Test
    void aFailedBuildSaysNothingOfTheNext() throws Exception {
        Executor.Prints all = new Executor.Prints(List.of("a"), 0, "");
        Executor.Step failing = new Executor.Step(
                "a",
                Set.of(),
                (l, c) -> {
                    l.output("a", "1");
                    throw new RebuildException(RebuildException.Kind.BUILD_FAILED, "no");
                },
                Optional.of(all));
        assertThatThrownBy(() -> executor(1).run(List.of(failing), listener, cancellation))
                .isInstanceOf(RebuildException.class);
        assertThat(eventsOf(printing("a", all, "1", "2"))).containsExactly("started a", "DONE a");
    }

    @Test
    void aBuildThatIsMuchLikeAnEarlierOneIsExpectedToBeLikeIt() throws Exception {
        eventsOf(printing("kernel", new Executor.Prints(List.of("kernel"), 0, ""), "1", "2"));
        Executor.Prints larger = new Executor.Prints(List.of("kernel NET", "kernel"), 0, "");
        assertThat(eventsOf(printing("kernel 0123", larger, "1", "2", "3", "4")))
                .contains("started kernel 0123 with estimate", "kernel 0123 1/2");
        assertThat(eventsOf(printing("kernel", larger, "1"))).contains("kernel 1/4");
        assertThat(eventsOf(printing("kernel", new Executor.Prints(List.of("kernel"), 0, ""), "1")))
                .contains("kernel 1/2");
    }

    @Test
    void readsWhatEarlierVersionsWroteOfDurations() throws Exception {
        Files.createDirectories(temp.resolve("state"));
        Files.writeString(temp.resolve("state/durations.json"), "{\"a\":1200,\"b\":[5000,17]}");
        Durations durations = new Durations(temp.resolve("state/durations.json"));
        durations.record("c", new Durations.Last(Duration.ofSeconds(2), 0));
        assertThat(durations.of("a")).contains(new Durations.Last(Duration.ofMillis(1200), 0));
        assertThat(durations.of("b")).contains(new Durations.Last(Duration.ofSeconds(5), 17));
        assertThat(Files.readString(temp.resolve("state/durations.json")))
                .isEqualTo("{\"a\":1200,\"b\":[5000,17],\"c\":2000}\n");
    }
}
