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
    // process must not even open the file while the first holds it, and that is a fact of the process, hence static.
    private static final Map<Path, Semaphore> IN_THIS_PROCESS = new ConcurrentHashMap<>();

    private final FileChannel channel;
    private final Semaphore own;

    private FileLock(FileChannel channel, Semaphore own) {
        this.channel = channel;
        this.own = own;
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
        Semaphore own = IN_THIS_PROCESS.computeIfAbsent(file.toAbsolutePath().normalize(), path -> new Semaphore(1));
        boolean told = false;
        try {
            while (!own.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                if (!told) {
                    told = true;
                    onWait.accept(Long.toString(ProcessHandle.current().pid()));
                }
                cancellation.throwIfCancelled();
            }
        } catch (InterruptedException e) {
            throw interrupted(file);
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
            return new FileLock(channel, own);
        } catch (InterruptedException e) {
            throw interrupted(file);
        } finally {
            if (!taken) {
                if (channel != null) {
                    channel.close();
                }
                own.release();
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
        Semaphore own = IN_THIS_PROCESS.computeIfAbsent(file.toAbsolutePath().normalize(), path -> new Semaphore(1));
        if (!own.tryAcquire()) {
            return Optional.empty();
        }
        FileChannel channel = null;
        boolean taken = false;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            taken = channel.tryLock() != null;
            return taken ? Optional.of(new FileLock(channel, own)) : Optional.empty();
        } finally {
            if (!taken) {
                if (channel != null) {
                    channel.close();
                }
                own.release();
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
            own.release();
        }
    }
}
