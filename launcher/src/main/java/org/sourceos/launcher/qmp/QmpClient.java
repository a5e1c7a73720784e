package org.sourceos.launcher.qmp;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Speaks QEMU's machine protocol (docs/interop/qmp-spec): one command at a time, each with a time limit. Events are seen
 * only while a command runs. QEMU is talked to by a guest all day, so its answers are bounded as a guest's are.
 */
public final class QmpClient implements AutoCloseable {
    private static final int MAX_LINE = 1 << 20;
    private static final int MAX_EVENTS = 10_000;

    private final SocketChannel channel;
    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocate(1 << 14).limit(0);
    private boolean negotiated;
    private long lastId;
    private Consumer<JsonObject> events = event -> {};

    public QmpClient(SocketChannel channel) throws IOException {
        this.channel = channel;
        this.selector = Selector.open();
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
    }

    /** Whoever wants to see the events that come while commands run. */
    public synchronized void onEvent(Consumer<JsonObject> listener) {
        events = listener;
    }

    /** Runs a command of the QAPI schema and gives its {@code return} value. */
    public synchronized JsonElement execute(String command, JsonObject arguments, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        if (!negotiated) {
            if (!readObject(deadline).has("QMP")) {
                throw new QmpException("QEMU's monitor did not greet");
            }
            call("qmp_capabilities", new JsonObject(), deadline);
            negotiated = true;
        }
        return call(command, arguments, deadline);
    }

    private JsonElement call(String command, JsonObject arguments, long deadline) throws IOException {
        long id = ++lastId;
        JsonObject request = new JsonObject();
        request.addProperty("execute", command);
        request.add("arguments", arguments);
        request.addProperty("id", id);
        write(ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8)), command, deadline);
        for (int i = 0; i < MAX_EVENTS; i++) {
            JsonObject reply = readObject(deadline);
            if (!isNumber(reply.get("id"), id)) {
                events.accept(reply);
                continue;
            }
            JsonElement value = reply.get("return");
            if (value != null) {
                return value;
            }
            throw new QmpException("QEMU refused " + command + ": " + describe(reply));
        }
        throw new QmpException("QEMU answered " + command + " with events only");
    }

    private static boolean isNumber(@Nullable JsonElement element, long number) {
        return element != null
                && element.isJsonPrimitive()
                && element.getAsString().equals(String.valueOf(number));
    }

    private static String describe(JsonObject reply) {
        return reply.get("error") instanceof JsonObject error && error.has("desc")
                ? error.get("desc").toString()
                : "no reason given";
    }

    private void write(ByteBuffer bytes, String command, long deadline) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE, deadline, command);
            }
        }
    }

    private JsonObject readObject(long deadline) throws IOException {
        String line = readLine(deadline);
        try {
            return JsonParser.parseString(line).getAsJsonObject();
        } catch (JsonParseException | IllegalStateException | StackOverflowError e) {
            throw new QmpException("QEMU's monitor sent something that is not a JSON object");
        }
    }

    private String readLine(long deadline) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            while (in.hasRemaining()) {
                byte b = in.get();
                if (b == '\n') {
                    return line.toString(StandardCharsets.UTF_8);
                }
                if (line.size() >= MAX_LINE) {
                    throw new QmpException("QEMU's monitor sent a line longer than " + MAX_LINE + " bytes");
                }
                line.write(b);
            }
            await(SelectionKey.OP_READ, deadline, "an answer");
            in.clear();
            int n = channel.read(in);
            in.flip();
            if (n < 0) {
                throw new QmpException("QEMU has ended");
            }
        }
    }

    private void await(int operation, long deadline, String what) throws IOException {
        SelectionKey key = channel.keyFor(selector);
        if (key == null) {
            throw new QmpException("QEMU's monitor is closed");
        }
        key.interestOps(operation);
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new QmpException("QEMU's monitor was silent: no time left for " + what);
        }
        selector.select(millis);
        selector.selectedKeys().clear();
    }

    @Override
    public void close() {
        try (selector;
                channel) {
            // Both are ours.
        } catch (IOException e) {
            // They are gone either way.
        }
    }
}
