package org.sourceos.cli.importing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Cancellation;
import org.sourceos.host.FileLock;
import org.sourceos.importer.convert.Journal;
import org.sourceos.rebuild.RebuildException;

class SourceQueueTest {
    @TempDir
    private Path state;

    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private Journal journal;
    private SourceQueue queue;
    private Journal.Entry entry;

    @BeforeEach
    void convertOne() throws IOException {
        journal = new Journal(state);
        entry = new Journal.Entry(
                1,
                "tree",
                "1",
                "/",
                "binary",
                true,
                Journal.Phase.DONE,
                "2026-01-01T00:00:00Z",
                "fresh",
                "packages/tree/tree.source.toml",
                "old",
                List.of(),
                List.of(),
                null,
                null,
                null);
        journal.write(entry);
        queue = new SourceQueue(journal, new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        });
    }

    private void fail(Exception why) throws IOException {
        queue.begin(entry);
        queue.failed(entry, why);
    }

    private SourceQueue.State state() throws IOException {
        return queue.status(entry).orElseThrow().state();
    }

    @Test
    void aConversionWaitsUntilItIsItsTurn() throws IOException {
        assertThat(state()).isEqualTo(SourceQueue.State.QUEUED);
        assertThat(queue.due(entry)).isTrue();
        assertThat(queue.status(entry.swapping("2", "new").swapped(now))).isEmpty();
    }

    @Test
    void itRunsWhileSomebodyBuildsIt() throws IOException {
        try (FileLock building = FileLock.acquire(journal.buildLock(), new Cancellation(), pid -> {})) {
            queue.begin(entry);
            assertThat(state()).isEqualTo(SourceQueue.State.RUNNING);
        }
        assertThat(state()).as("killed").isEqualTo(SourceQueue.State.FAILED);
        assertThat(queue.status(entry).orElseThrow().words(ZoneOffset.UTC))
                .contains("it was interrupted", "tried again after 2026-01-02T03:05:05");
    }

    @Test
    void whatMayGetBetterIsTriedAgainAfterPausesThatGrow() throws IOException {
        for (Duration pause : List.of(Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofHours(1))) {
            fail(new RebuildException(RebuildException.Kind.FETCH_FAILED, "no network\nat all"));
            now = now.plus(pause).minusSeconds(1);
            assertThat(queue.due(entry)).isFalse();
            now = now.plusSeconds(1);
            assertThat(queue.due(entry)).isTrue();
        }
        for (int i = 0; i < 10; i++) {
            fail(new IOException("no network"));
        }
        now = now.plus(Duration.ofDays(1));
        assertThat(queue.due(entry)).isTrue();
        assertThat(queue.tried(entry).orElseThrow().tries()).isEqualTo(13);
    }

    @Test
    void whatCannotBeBuiltIsTriedTwice() throws IOException {
        RebuildException broken = new RebuildException(RebuildException.Kind.BUILD_FAILED, "tree does not build");
        fail(broken);
        now = now.plus(Duration.ofMinutes(5));
        assertThat(queue.due(entry)).isTrue();
        fail(broken);
        now = now.plus(Duration.ofDays(100));
        assertThat(queue.due(entry)).isFalse();
        assertThat(queue.status(entry).orElseThrow().words(ZoneOffset.UTC))
                .contains("tree does not build", "--continue does");
    }

    @Test
    void whoInterruptsATryHasNotTried() throws IOException {
        queue.begin(entry);
        queue.forget(entry, Optional.empty());
        assertThat(state()).isEqualTo(SourceQueue.State.QUEUED);
        fail(new IOException("full"));
        Optional<SourceQueue.Tried> before = queue.tried(entry);
        queue.begin(entry);
        queue.forget(entry, before);
        assertThat(queue.tried(entry)).isEqualTo(before);
    }

    @Test
    void anUndoneConversionLeavesNothing() throws IOException {
        fail(new IOException("full"));
        journal.remove(entry);
        try (var files = Files.walk(state.resolve("convert"))) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }
}
