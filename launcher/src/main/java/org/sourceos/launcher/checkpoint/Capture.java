package org.sourceos.launcher.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.sourceos.host.UnixListener;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.qmp.Migration;
import org.sourceos.launcher.qmp.QmpClient;

/**
 * Saves a machine that runs: QEMU's live migration, to us. The machine stands still only while the pages are passed on that
 * it wrote to meanwhile, and goes on whatever becomes of the saving.
 */
public final class Capture {
    /** Of each of QEMU's answers. */
    static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final int STEP_MILLIS = 2;
    /** QEMU tries to hold the machine no longer than that. */
    private static final int PAUSE_MILLIS = 20;
    /** One that changes its memory faster than it is read is halted after that. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int BUFFER = 1 << 20;

    private final QmpClient qmp;
    private final Migration migration;
    private long stopped;
    private long resumed;

    private Capture(QmpClient qmp) {
        this.qmp = qmp;
        this.migration = new Migration(qmp, LIMIT);
    }

    /** Why QEMU would not save it; empty when it would. */
    public static Optional<String> blocked(QmpClient qmp) throws IOException {
        JsonObject answer =
                qmp.execute("query-migrate", new JsonObject(), LIMIT).getAsJsonObject();
        if (!(answer.get("blocked-reasons") instanceof JsonArray reasons) || reasons.isEmpty()) {
            return Optional.empty();
        }
        String reason = reasons.get(0).getAsString().replaceAll("\\p{Cntrl}", "?");
        return Optional.of(reason);
    }

    /**
     * @param socket to be made, where QEMU can see it
     * @param ram a file to be made for the memory
     */
    public static Captured take(QmpClient qmp, Path socket, Path ram, int memoryMib)
            throws IOException, LaunchException, InterruptedException {
        return new Capture(qmp).take(socket, ram, (long) memoryMib << 20);
    }

    private Captured take(Path socket, Path ramPath, long size)
            throws IOException, LaunchException, InterruptedException {
        QemuIdentity identity = QemuIdentity.of(qmp, LIMIT);
        List<String> connections = connections();
        qmp.onEvent(this::event);
        migration.leaveMemoryOut();
        JsonObject parameters = new JsonObject();
        parameters.addProperty("max-bandwidth", 1L << 40);
        parameters.addProperty("downtime-limit", PAUSE_MILLIS);
        qmp.execute("migrate-set-parameters", parameters, LIMIT);
        long begun = System.nanoTime();
        Files.deleteIfExists(socket);
        try (UnixListener listener = UnixListener.open(socket);
                RamFile ram = RamFile.create(ramPath, size)) {
            // QEMU may be another user; to the folder it is in nobody else comes.
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
            migration.out("unix:" + socket);
            try (SocketChannel channel = listener.accept(CONNECT_LIMIT)
                    .orElseThrow(() -> new IOException("QEMU did not begin to save it"))) {
                CompletableFuture<byte[]> state = read(channel, ram, size);
                awaitEnd(state);
                goOn();
                Duration took = Duration.ofNanos(System.nanoTime() - begun);
                byte[] bytes = result(state);
                ram.flush();
                return new Captured(bytes, identity, Duration.ofNanos((resumed - stopped) * 1000), took, connections);
            } finally {
                goOn();
            }
        } finally {
            Files.deleteIfExists(socket);
        }
    }

    private static CompletableFuture<byte[]> read(SocketChannel channel, RamFile ram, long size) {
        CompletableFuture<byte[]> state = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try (InputStream in = new BufferedInputStream(Channels.newInputStream(channel), BUFFER)) {
                        state.complete(new MigrationStream(in, ram, size).run());
                    } catch (IOException | RuntimeException e) {
                        // Closed, the stream tells QEMU that it was in vain.
                        state.completeExceptionally(e);
                    }
                },
                "machine-capture");
        reader.setDaemon(true);
        reader.start();
        return state;
    }

    private static byte[] result(CompletableFuture<byte[]> state) throws IOException {
        try {
            return state.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private void awaitEnd(CompletableFuture<byte[]> state) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        boolean halted = false;
        while (true) {
            JsonElement answer = qmp.execute("query-migrate", new JsonObject(), LIMIT);
            String status = answer instanceof JsonObject object && object.has("status")
                    ? object.get("status").getAsString()
                    : "unknown";
            if (status.equals("completed")) {
                return;
            }
            if (state.isCompletedExceptionally()) {
                result(state);
            }
            if (status.equals("failed") || status.equals("cancelled")) {
                throw new IOException("QEMU could not save it: " + answer);
            }
            Duration passed = Duration.ofNanos(System.nanoTime() - begun);
            if (!halted && passed.compareTo(PATIENCE) > 0) {
                qmp.execute("stop", new JsonObject(), LIMIT);
                halted = true;
            }
            if (passed.compareTo(LONGEST) > 0) {
                throw new IOException("QEMU did not finish saving it within " + LONGEST.toMinutes() + " minutes");
            }
            Thread.sleep(STEP_MILLIS);
        }
    }

    /** However the saving ended, the machine runs afterwards. */
    private void goOn() throws IOException {
        if (resumed != 0) {
            return;
        }
        JsonObject answer =
                qmp.execute("query-migrate", new JsonObject(), LIMIT).getAsJsonObject();
        if (answer.has("status") && !answer.get("status").getAsString().equals("completed")) {
            qmp.execute("migrate_cancel", new JsonObject(), LIMIT);
        }
        for (int i = 0; i < 1000 && !migration.status().equals("running"); i++) {
            try {
                migration.run();
            } catch (IOException e) {
                // While it is being cancelled it refuses.
                if (i == 999) {
                    throw e;
                }
                LockSupport.parkNanos(STEP_MILLIS * 1_000_000L);
            }
        }
        if (resumed == 0) {
            resumed = stopped;
        }
    }

    private void event(JsonObject event) {
        if (!event.has("event") || !(event.get("timestamp") instanceof JsonObject time)) {
            return;
        }
        long micros = time.get("seconds").getAsLong() * 1_000_000
                + time.get("microseconds").getAsLong();
        String name = event.get("event").getAsString();
        if (name.equals("STOP")) {
            stopped = micros;
        } else if (name.equals("RESUME") && stopped != 0) {
            resumed = micros;
        }
    }

    /** What of its connections QEMU's user network would not save; that it cannot be asked is said, too. */
    private List<String> connections() {
        JsonObject arguments = new JsonObject();
        arguments.addProperty("command-line", "info usernet");
        try {
            String answer =
                    qmp.execute("human-monitor-command", arguments, LIMIT).getAsString();
            List<String> open = new ArrayList<>();
            for (String line : answer.lines().toList()) {
                String[] words = line.strip().split("\\s+");
                if (words.length >= 6
                        && words[0].matches("TCP\\[[A-Z_]+\\d*\\]")
                        && !words[0].matches("TCP\\[(HOST_FORWARD|CLOSED|TIME_WAIT|LISTEN)\\]")) {
                    open.add(words[2] + ":" + words[3] + " to " + words[4] + ":" + words[5]);
                }
            }
            return open;
        } catch (IOException | IllegalStateException | UnsupportedOperationException e) {
            return List.of("unknown ones: QEMU does not list them");
        }
    }
}
