package org.sourceos.rebuild.sandbox;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.sourceos.gitstore.Digest;

/**
 * Everything a step prints: in a file, line by line to a listener, the last lines in memory. Takes bytes from several
 * threads; what comes after the limit is thrown away.
 */
public final class BuildLog extends OutputStream {
    private static final int KEPT_LINES = 30;
    private static final int KEPT_ERRORS = 5;
    /**
     * A linker's command can have 30,000: the middle is in the file only, for nobody reads it in a message. What a line is
     * about is at its beginning or, after a long command or path, at its end.
     */
    private static final int LINE_BYTES = 280;

    private static final int LINE_END_BYTES = 120;

    /** As compilers, linkers and make's own children begin them. */
    private static final Pattern ERROR =
            Pattern.compile("(^|[\\s:])(fatal |internal compiler )?error: |undefined reference to");

    private final Path file;
    private final long limit;
    private final Consumer<String> listener;
    private final OutputStream out;
    private final Deque<String> tail = new ArrayDeque<>();
    /** The first lines that are errors, by their numbers. */
    private final SortedMap<Long, String> errors = new TreeMap<>();

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long written;
    private long lines;
    /** Bytes of this line after the first ones, of which the last are in {@link #lineEnd}, a ring. */
    private long beyond;

    private final byte[] lineEnd = new byte[LINE_END_BYTES];
    private boolean full;
    private boolean triedNetwork;

    /** Begins the file anew. */
    public BuildLog(Path file, long limit, Consumer<String> listener) throws IOException {
        this.file = file;
        this.limit = limit;
        this.listener = listener;
        this.out = new BufferedOutputStream(Files.newOutputStream(file));
    }

    public Path file() {
        return file;
    }

    /** A line of our own: which part of the step follows. */
    public void heading(String text) throws IOException {
        write(("==> " + text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        if (full) {
            return;
        }
        int accepted = (int) Math.min(length, limit - written);
        out.write(bytes, offset, accepted);
        written += accepted;
        for (int i = offset; i < offset + accepted; i++) {
            if (bytes[i] == '\n') {
                endLine();
            } else if (line.size() < LINE_BYTES) {
                line.write(bytes[i]);
            } else {
                lineEnd[(int) (beyond++ % LINE_END_BYTES)] = bytes[i];
            }
        }
        full = accepted < length;
    }

    private void endLine() {
        String text = printable(cutLine());
        line.reset();
        beyond = 0;
        tail.addLast(text);
        if (tail.size() > KEPT_LINES) {
            tail.removeFirst();
        }
        if (errors.size() < KEPT_ERRORS && ERROR.matcher(text).find()) {
            errors.put(lines, text);
        }
        lines++;
        triedNetwork |= NetworkAttempt.in(text);
        listener.accept(text);
    }

    private String cutLine() {
        int kept = (int) Math.min(beyond, LINE_END_BYTES);
        byte[] end = new byte[kept];
        for (int i = 0; i < kept; i++) {
            end[i] = lineEnd[(int) ((beyond - kept + i) % LINE_END_BYTES)];
        }
        if (beyond <= LINE_END_BYTES) {
            line.writeBytes(end);
            return line.toString(StandardCharsets.UTF_8);
        }
        return line.toString(StandardCharsets.UTF_8) + " … " + new String(end, StandardCharsets.UTF_8);
    }

    /** Control characters are a script's way to the user's terminal: they stay in the file. */
    private static String printable(String text) {
        StringBuilder kept = new StringBuilder(text.length());
        text.codePoints().filter(c -> c == '\t' || !Character.isISOControl(c)).forEach(kept::appendCodePoint);
        return kept.toString();
    }

    /** Whether something was thrown away. */
    public synchronized boolean isFull() {
        return full;
    }

    /** Whether a line looks like a tool's complaint that it found no network. */
    public synchronized boolean triedNetwork() {
        return triedNetwork;
    }

    /** The last 30 lines, oldest first. */
    public synchronized List<String> tail() {
        return List.copyOf(tail);
    }

    /**
     * The first lines that look like errors and are not among the last 30: where several things are built at once, the one
     * that failed is often far from the end.
     */
    public synchronized List<String> earlierErrors() {
        return List.copyOf(errors.headMap(lines - tail.size()).values());
    }

    @Override
    public synchronized void flush() throws IOException {
        out.flush();
    }

    @Override
    public synchronized void close() throws IOException {
        if (line.size() > 0) {
            endLine();
        }
        out.close();
    }

    /** SHA-256 of the file; to be asked when the log is closed. */
    public Digest digest() throws IOException {
        return Digest.ofFile(file);
    }
}
