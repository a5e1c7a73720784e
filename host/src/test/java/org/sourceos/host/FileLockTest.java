package org.sourceos.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLockTest {
    @TempDir
    private Path folder;

    private final Cancellation cancellation = new Cancellation();

    @Test
    void oneThreadAtATimeHasIt() throws Exception {
        Path file = folder.resolve("lock");
        AtomicInteger holders = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> most = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                most.add(threads.submit(() -> {
                    try (FileLock lock = FileLock.acquire(file, cancellation, pid -> {})) {
                        int now = holders.incrementAndGet();
                        Thread.sleep(5);
                        holders.decrementAndGet();
                        return now;
                    }
                }));
            }
            for (Future<Integer> seen : most) {
                assertThat(seen.get()).isEqualTo(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void anotherProcessSeesItAndGetsItWhenTheHolderIsKilled() throws Exception {
        Path file = folder.resolve("lock");
        Files.writeString(file, "");
        // flock(1) takes another kind of lock, so the other process is a Java of ours.
        Command command = Command.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                file.toString());
        try (RunningProcess holder = new ProcessRunner()
                .start(command, new ProcessOutput.Discarded(), new ProcessOutput.Discarded(), cancellation)) {
            while (Files.size(file) == 0) {
                Thread.sleep(20);
            }
            // Whoever waits is told of the holder; then the holder is killed.
            try (FileLock lock = FileLock.acquire(file, cancellation, pid -> holder.kill())) {
                assertThat(Files.readString(file).strip())
                        .isEqualTo(Long.toString(ProcessHandle.current().pid()));
            }
            assertThat(holder.isAlive()).isFalse();
        }
    }

    @Test
    void aWaitCanBeCancelled() throws Exception {
        Path file = folder.resolve("lock");
        Cancellation impatient = new Cancellation();
        try (FileLock held = FileLock.acquire(file, cancellation, pid -> {})) {
            assertThatThrownBy(() -> FileLock.acquire(file, impatient, pid -> impatient.cancel()))
                    .isInstanceOf(CancellationException.class);
        }
        FileLock.acquire(file, cancellation, pid -> {}).close();
    }

    @Test
    void itIsOneLockWhateverTheFolderIsCalled() throws Exception {
        Path file = Files.createDirectory(folder.resolve("real")).resolve("lock");
        Path other = Files.createSymbolicLink(folder.resolve("link"), file.getParent())
                .resolve("lock");
        try (FileLock held = FileLock.acquire(file, cancellation, pid -> {})) {
            assertThat(FileLock.tryAcquire(other)).isEmpty();
            // Had it opened and closed the file to find that out, the kernel would have given the lock up.
            assertThat(Files.readString(Path.of("/proc/locks")))
                    .contains(":" + Files.getAttribute(file, "unix:ino") + " ");
        }
        FileLock.tryAcquire(other).orElseThrow().close();
    }
}
