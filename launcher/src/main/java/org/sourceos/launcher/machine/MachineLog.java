package org.sourceos.launcher.machine;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * What a machine's program has said, as it said it: {@code log}, and {@code log.1} with what came before. Each has at most
 * half of the limit, so a program may talk for ever. Lines of ours begin with {@code [sourceos:}.
 */
final class MachineLog implements AutoCloseable {
    private final Path file;
    private final long half;
    private OutputStream out;
    private long size;
    private boolean broken;

    MachineLog(Path file, long limit) throws IOException {
        this.file = file;
        this.half = Math.max(1, limit / 2);
        this.out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        this.size = Files.size(file);
    }

    static Path older(Path file) {
        return file.resolveSibling(file.getFileName() + ".1");
    }

    /** A full disk costs the log, not the machine. */
    synchronized void write(ByteBuffer bytes) {
        try {
            if (size > 0 && size + bytes.remaining() > half) {
                out.close();
                Files.move(file, older(file), StandardCopyOption.REPLACE_EXISTING);
                out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                size = 0;
            }
            size += bytes.remaining();
            out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            if (broken) {
                broken = false;
                note("output is missing here: the log could not be written");
            }
        } catch (IOException e) {
            broken = true;
        }
    }

    /** A line of ours. */
    synchronized void note(String text) {
        write(ByteBuffer.wrap(("\n[sourceos: " + text + "]\n").getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public synchronized void close() {
        try {
            out.close();
        } catch (IOException e) {
            // Nothing was kept back.
        }
    }
}
