package org.sourceos.host;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * An exclusive lock on a file, held by one thread of one process at a time and given back by the kernel when its holder
 * dies, however it dies. The file stays and names the last holder's process id.
 */
public final class FileLock implements AutoCloseable {
    private static final long POLL_MILLIS = 50;

    // fcntl(2) locks belong to the process: closing *any* descriptor of the file gives them up. So a second thread of
    // this
    // process must not even open the file while the first holds it, whatever it calls the file; and that is a fact of
    // the
    // process, hence static. Only files that somebody holds or waits for are in it.
    private static final Map<Path, Turn> IN_THIS_PROCESS = new ConcurrentHashMap<>();

    private final FileChannel channel;
    private final Turn turn;

    private FileLock(FileChannel channel, Turn turn) {
        this.channel = channel;
        this.turn = turn;
    }

    /** Whose turn it is among this process's threads. */
    private static final class Turn {
        private final Path file;
        private final Semaphore free = new Semaphore(1);
        /** Who has it or waits for it; read and changed while the map holds its entry. */
        private int threads;

        private Turn(Path file) {
            this.file = file;
        }

        static Turn of(Path file) throws IOException {
            Path absolute = file.toAbsolutePath().normalize();
            Path folder = absolute.getParent();
            Path real = folder == null ? absolute : folder.toRealPath().resolve(absolute.getFileName());
            return Objects.requireNonNull(IN_THIS_PROCESS.compute(real, (path, before) -> {
                Turn turn = before == null ? new Turn(path) : before;
                turn.threads++;
                return turn;
            }));
        }

        /** Who had it gives it to the next. */
        void end() {
            free.release();
            leave();
        }

        /** Who waited waits no longer. */
        void leave() {
            IN_THIS_PROCESS.computeIfPresent(file, (path, turn) -> --turn.threads == 0 ? null : turn);
        }
    }

    /**
     * Takes the lock, waiting as long as another process or another thread of this one holds it.
     *
     * @param onWait told once, with the holder's process id, if there is a wait
     */
    public static FileLock acquire(Path file, Cancellation cancellation, Consumer<String> onWait) throws IOException {
        return acquire(file, cancellation, onWait, true);
    }

    /** The same for a file of other programs, which nothing is written to. */
    public static FileLock acquireForeign(Path file, Cancellation cancellation, Runnable onWait) throws IOException {
        return acquire(file, cancellation, holder -> onWait.run(), false);
    }

    private static FileLock acquire(Path file, Cancellation cancellation, Consumer<String> onWait, boolean named)
            throws IOException {
        Turn turn = Turn.of(file);
        boolean told = false;
        boolean had = false;
        try {
            while (!turn.free.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                if (!told) {
                    told = true;
                    onWait.accept(Long.toString(ProcessHandle.current().pid()));
                }
                cancellation.throwIfCancelled();
            }
            had = true;
        } catch (InterruptedException e) {
            throw interrupted(file);
        } finally {
            if (!had) {
                turn.leave();
            }
        }
        FileChannel channel = null;
        boolean taken = false;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            while (channel.tryLock() == null) {
                if (!told) {
                    told = true;
                    onWait.accept(Files.readString(file, StandardCharsets.UTF_8).strip());
                }
                cancellation.throwIfCancelled();
                Thread.sleep(POLL_MILLIS);
            }
            if (named) {
                writeHolder(channel);
            }
            taken = true;
            return new FileLock(channel, turn);
        } catch (InterruptedException e) {
            throw interrupted(file);
        } finally {
            if (!taken) {
                if (channel != null) {
                    channel.close();
                }
                turn.end();
            }
        }
    }

    /** For who waits to read; on a full disk the lock has to be had nevertheless, or nobody could make room. */
    private static void writeHolder(FileChannel channel) {
        String holder = ProcessHandle.current().pid() + "\n";
        try {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)), 0);
        } catch (IOException e) {
            // Who waits learns no name.
        }
    }

    /** Takes the lock if nobody holds it; never waits. */
    public static Optional<FileLock> tryAcquire(Path file) throws IOException {
        Turn turn = Turn.of(file);
        if (!turn.free.tryAcquire()) {
            turn.leave();
            return Optional.empty();
        }
        FileChannel channel = null;
        boolean taken = false;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            taken = channel.tryLock() != null;
            return taken ? Optional.of(new FileLock(channel, turn)) : Optional.empty();
        } finally {
            if (!taken) {
                if (channel != null) {
                    channel.close();
                }
                turn.end();
            }
        }
    }

    private static InterruptedIOException interrupted(Path file) {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while waiting for the lock " + file);
    }

    /** Gives the lock back; at most once. */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            turn.end();
        }
    }
}
