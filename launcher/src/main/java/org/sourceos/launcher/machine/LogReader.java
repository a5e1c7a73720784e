package org.sourceos.launcher.machine;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads a machine's log from its oldest line on, across the moments in which it begins a new file. */
public final class LogReader implements AutoCloseable {
    private static final int CHUNK = 1 << 16;

    private final Path file;
    private @Nullable FileChannel older;
    private FileChannel channel;
    private @Nullable Object key;

    private LogReader(Path file, @Nullable Object key, @Nullable FileChannel older, FileChannel channel) {
        this.file = file;
        this.key = key;
        this.older = older;
        this.channel = channel;
    }

    public static LogReader open(Path log) throws IOException {
        Object key = key(log);
        FileChannel channel = FileChannel.open(log);
        try {
            return new LogReader(log, key, FileChannel.open(MachineLog.older(log)), channel);
        } catch (NoSuchFileException e) {
            return new LogReader(log, key, null, channel);
        }
    }

    private static @Nullable Object key(Path log) throws IOException {
        return Files.readAttributes(log, BasicFileAttributes.class).fileKey();
    }

    /** Passes over all but so many of the lines that are there now. */
    public void skipToLast(int lines) throws IOException {
        int missing = skip(channel, lines);
        FileChannel before = older;
        if (before != null) {
            if (missing == 0) {
                before.close();
                older = null;
            } else {
                skip(before, missing);
            }
        }
    }

    /** Goes to where the last lines begin, and says how many there are too few. */
    private static int skip(FileChannel in, int lines) throws IOException {
        long end = in.size();
        int left = lines;
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        in.position(lines == 0 ? end : 0);
        for (long to = end; to > 0 && left > 0; to -= Math.min(CHUNK, to)) {
            int length = (int) Math.min(CHUNK, to);
            readAt(in, buffer.clear().limit(length), to - length);
            for (int i = length - 1; i >= 0; i--) {
                // The line end that is the file's end ends the last line, it begins none.
                boolean begins = buffer.get(i) == '\n' && to - length + i < end - 1;
                if (begins && --left == 0) {
                    in.position(to - length + i + 1);
                    return 0;
                }
            }
        }
        return end == 0 ? left : Math.max(0, left - 1);
    }

    private static void readAt(FileChannel in, ByteBuffer buffer, long position) throws IOException {
        while (buffer.hasRemaining() && in.read(buffer, position + buffer.position()) >= 0) {
            // Until it is full.
        }
    }

    /** Hands on what there is that was not handed on before. */
    public void copyTo(OutputStream out) throws IOException {
        FileChannel before = older;
        if (before != null) {
            copy(before, out);
            before.close();
            older = null;
        }
        copy(channel, out);
        Object now = Files.exists(file) ? key(file) : key;
        if (!Objects.equals(now, key)) {
            FileChannel next = FileChannel.open(file);
            // What was written to the old one until it was put aside.
            copy(channel, out);
            channel.close();
            channel = next;
            key = now;
            copy(channel, out);
        }
    }

    private static void copy(FileChannel in, OutputStream out) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        while (in.read(buffer.clear()) > 0) {
            out.write(buffer.array(), 0, buffer.position());
        }
    }

    @Override
    public void close() throws IOException {
        if (older != null) {
            older.close();
        }
        channel.close();
    }
}
