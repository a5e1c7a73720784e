package org.sourceos.launcher;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.sourceos.launcher.qmp.Migration;
import org.sourceos.launcher.qmp.QmpClient;

/**
 * Takes a machine's state out of QEMU, and puts it into one that waits for it: QEMU's migration, over a unix socket whose
 * other end is ours (its sandbox forbids it to start programs). The memory stays where it is, in its file
 * ({@code x-ignore-shared}).
 */
final class MachineState {
    static final List<String> BEHIND_EVERYBODY = List.of("nice", "-n", "19");

    private static final Duration SAVE_LIMIT = Duration.ofSeconds(30);
    private static final int MAX_STATE = 64 << 20;
    private static final int CHUNK = 1 << 16;
    private static final int STEP_MILLIS = 2;

    private MachineState() {}

    static String socket(Path path) {
        return "unix:" + path;
    }

    static byte[] save(QmpClient qmp, String uri, Migration.Line<LaunchException> line)
            throws IOException, LaunchException {
        new Migration(qmp, SavedMachine.RESTORE_LIMIT).leaveMemoryOut();
        new Migration(qmp, SAVE_LIMIT).out(uri);
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        try (SocketChannel channel = line.connect()) {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
            while (channel.read(chunk) >= 0) {
                state.write(chunk.array(), 0, chunk.position());
                if (state.size() > MAX_STATE) {
                    throw new IOException("its state is larger than " + (MAX_STATE >> 20) + " MiB");
                }
                chunk.clear();
            }
        }
        awaitCompletion(qmp);
        return state.toByteArray();
    }

    private static void awaitCompletion(QmpClient qmp) throws IOException {
        long end = System.nanoTime() + SAVE_LIMIT.toNanos();
        while (System.nanoTime() < end) {
            JsonElement answer = qmp.execute("query-migrate", new JsonObject(), SAVE_LIMIT);
            String status = answer instanceof JsonObject object && object.has("status")
                    ? object.get("status").getAsString()
                    : "unknown";
            if (status.equals("completed")) {
                return;
            }
            if (status.equals("failed") || status.equals("cancelled")) {
                throw new IOException("QEMU could not save it: " + answer);
            }
            try {
                Thread.sleep(STEP_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while it was saved", e);
            }
        }
        throw new IOException("QEMU did not finish saving it within " + SAVE_LIMIT.toSeconds() + " s");
    }

    /** QEMU runs the machine as soon as it has read all of the state, and ends when it does not like it. */
    static void load(QmpClient qmp, String uri, Migration.Line<LaunchException> line, byte[] state)
            throws IOException, LaunchException {
        new Migration(qmp, SavedMachine.RESTORE_LIMIT).in(uri, line, state);
    }
}
