package org.sourceos.launcher.qmp;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** The commands by which a machine's state comes out of a QEMU and into another, and by which it goes on there. */
public final class Migration {
    private final QmpClient qmp;
    private final Duration limit;

    /** @param limit of each command */
    public Migration(QmpClient qmp, Duration limit) {
        this.qmp = qmp;
        this.limit = limit;
    }

    /** Our end of the way to QEMU, once that was told of its own. */
    @FunctionalInterface
    public interface Line<E extends Exception> {
        SocketChannel connect() throws IOException, E;
    }

    /** The format without the memory that is in a file of ours ({@code x-ignore-shared}); where none is, it changes nothing. */
    public void leaveMemoryOut() throws IOException {
        JsonObject capability = new JsonObject();
        capability.addProperty("capability", "x-ignore-shared");
        capability.addProperty("state", true);
        JsonArray capabilities = new JsonArray();
        capabilities.add(capability);
        JsonObject arguments = new JsonObject();
        arguments.add("capabilities", capabilities);
        qmp.execute("migrate-set-capabilities", arguments, limit);
    }

    /** Has QEMU write the state; it runs on meanwhile. */
    public void out(String uri) throws IOException {
        qmp.execute("migrate", uri(uri), limit);
    }

    /** Gives QEMU all of the state, without the memory. It ends when it does not like it. */
    public <E extends Exception> void in(String uri, Line<E> line, byte[] state) throws IOException, E {
        leaveMemoryOut();
        qmp.execute("migrate-incoming", uri(uri), limit);
        try (SocketChannel channel = line.connect()) {
            ByteBuffer bytes = ByteBuffer.wrap(state);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    /** What QEMU says of its machine: {@code running}, {@code paused}, {@code inmigrate}, {@code postmigrate} … */
    public String status() throws IOException {
        JsonObject answer = qmp.execute("query-status", new JsonObject(), limit).getAsJsonObject();
        return answer.has("status") ? answer.get("status").getAsString() : "unknown";
    }

    /** Lets it go on; one that is still reading, when it has read all. */
    public void run() throws IOException {
        qmp.execute("cont", new JsonObject(), limit);
    }

    private static JsonObject uri(String uri) {
        JsonObject arguments = new JsonObject();
        arguments.addProperty("uri", uri);
        return arguments;
    }
}
