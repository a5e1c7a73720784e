package org.sourceos.cli.importing;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.sourceos.cli.UsageException;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.FileLock;
import org.sourceos.importer.convert.Journal;
import org.sourceos.rebuild.RebuildException;

/**
 * The builds from source that conversions of binary packages wait for. Journals say which they are; what was tried of each is
 * noted here, before it is tried, so that a build that takes the computer down with it counts as well.
 */
final class SourceQueue {
    /** After one failure, two, …; then always the last. */
    private static final List<Duration> PAUSES = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Duration.ofHours(1),
            Duration.ofHours(6),
            Duration.ofDays(1));

    /** Of failures that another try hardly changes. */
    private static final int TRIES_OF_HOPELESS = 2;

    private static final String KIND = "queue";
    private static final Gson GSON = new Gson();

    private final Journal journal;
    private final Clock clock;

    SourceQueue(Journal journal, Clock clock) {
        this.journal = journal;
        this.clock = clock;
    }

    /**
     * What was tried.
     *
     * @param since when the last try began
     * @param reason why it failed
     * @param next when it is tried again; empty if not by itself
     */
    record Tried(int tries, String since, String reason, String next) {
        boolean dueAt(Instant now) {
            return !next.isEmpty() && !now.isBefore(Instant.parse(next));
        }
    }

    enum State {
        QUEUED,
        RUNNING,
        FAILED
    }

    /** Where the build of a conversion is. */
    record Status(State state, Optional<Tried> tried) {
        String words(java.time.ZoneId zone) {
            return switch (state) {
                case QUEUED -> "its build from source is queued";
                case RUNNING ->
                    "its build from source runs"
                            + tried.map(one -> " since " + local(one.since(), zone))
                                    .orElse("");
                case FAILED ->
                    tried.map(one -> "its build from source failed (" + one.reason() + "); "
                                    + (one.next().isEmpty()
                                            ? "not tried again by itself: --continue does"
                                            : "tried again after " + local(one.next(), zone)))
                            .orElse("");
            };
        }

        private static String local(String instant, java.time.ZoneId zone) {
            return Instant.parse(instant)
                    .atZone(zone)
                    .toLocalDateTime()
                    .withNano(0)
                    .toString();
        }
    }

    /** Empty for what waits for nothing. */
    Optional<Status> status(Journal.Entry entry) throws IOException {
        if (!entry.waiting() || entry.phase() == Journal.Phase.FINALIZED) {
            return Optional.empty();
        }
        Optional<Tried> tried = tried(entry);
        State state = isRunning(entry) ? State.RUNNING : tried.isPresent() ? State.FAILED : State.QUEUED;
        return Optional.of(new Status(state, tried));
    }

    private boolean isRunning(Journal.Entry entry) throws IOException {
        if (!Files.exists(runs(entry)) || !Files.isWritable(journal.buildLock())) {
            return Files.exists(runs(entry));
        }
        Optional<FileLock> lock = FileLock.tryAcquire(journal.buildLock());
        if (lock.isPresent()) {
            lock.get().close();
        }
        return lock.isEmpty();
    }

    private Path runs(Journal.Entry entry) {
        return journal.note("running", entry);
    }

    Optional<Tried> tried(Journal.Entry entry) throws IOException {
        try {
            return Optional.ofNullable(GSON.fromJson(Files.readString(journal.note(KIND, entry)), Tried.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonParseException e) {
            // Nothing is lost by a try more.
            return Optional.empty();
        }
    }

    /** Whether it is time to try. */
    boolean due(Journal.Entry entry) throws IOException {
        return entry.waiting()
                && entry.phase() == Journal.Phase.DONE
                && tried(entry).map(one -> one.dueAt(clock.instant())).orElse(true);
    }

    /** Before a try; its caller holds {@link Journal#buildLock}. */
    void begin(Journal.Entry entry) throws IOException {
        // One that was killed may have left its own.
        Path folder = Files.createDirectories(runs(entry).resolveSibling(""));
        try (var all = Files.newDirectoryStream(folder)) {
            for (Path one : all) {
                Files.deleteIfExists(one);
            }
        }
        int tries = tried(entry).map(Tried::tries).orElse(0) + 1;
        write(entry, new Tried(tries, clock.instant().toString(), "it was interrupted", next(tries)));
        Files.writeString(runs(entry), "{}\n");
    }

    private String next(int tries) {
        return clock.instant()
                .plus(PAUSES.get(Math.min(tries, PAUSES.size()) - 1))
                .toString();
    }

    void failed(Journal.Entry entry, Exception failure) throws IOException {
        int tries = tried(entry).map(Tried::tries).orElse(1);
        String reason = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        String next = isHopeless(failure) && tries >= TRIES_OF_HOPELESS ? "" : next(tries);
        write(entry, new Tried(tries, clock.instant().toString(), reason, next));
        Files.deleteIfExists(runs(entry));
    }

    /** A network or a full disk may be better tomorrow; a program that cannot be built stays one. */
    private static boolean isHopeless(Exception failure) {
        if (failure instanceof RebuildException rebuild) {
            return switch (rebuild.kind()) {
                case FETCH_FAILED, GONE, STORE -> false;
                default -> true;
            };
        }
        return failure instanceof UsageException;
    }

    /** Nothing has to be tried any more, or what was begun was somebody's wish to end. */
    void forget(Journal.Entry entry, Optional<Tried> before) throws IOException {
        if (before.isPresent()) {
            write(entry, before.get());
        } else {
            Files.deleteIfExists(journal.note(KIND, entry));
        }
        Files.deleteIfExists(runs(entry));
    }

    private void write(Journal.Entry entry, Tried tried) throws IOException {
        Path file = journal.note(KIND, entry);
        Files.createDirectories(file.resolveSibling(""));
        AtomicFile.write(file, GSON.toJson(tried) + "\n");
    }
}
