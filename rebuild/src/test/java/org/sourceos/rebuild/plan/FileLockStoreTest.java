package org.sourceos.rebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.config.lock.LockFile;
import org.sourceos.rebuild.RebuildException;

final class FileLockStoreTest {
    @TempDir
    Path temp;

    private FileLockStore store() {
        return new FileLockStore(temp.resolve("config/sourceos.lock"), temp.resolve("state/mutex"));
    }

    private static LockFile.SourcePin pin(int number) {
        return new LockFile.SourcePin(String.format("%064x", number), Optional.empty(), Optional.empty());
    }

    @Test
    void losesNothingWhenManyChangeItAtOnce() throws Exception {
        List<Thread> threads = IntStream.range(0, 20)
                .mapToObj(i -> new Thread(() -> {
                    try {
                        store().update(lock -> lock.withSource("https://example.org/" + i, pin(i)));
                    } catch (RebuildException e) {
                        throw new AssertionError(e);
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(store().load().sources()).hasSize(20);
    }

    @Test
    void isEmptyWhereThereIsNoFileAndWritesNoneForNoChange() throws Exception {
        assertThat(store().update(lock -> lock)).isEqualTo(LockFile.empty());
        assertThat(temp.resolve("config")).doesNotExist();
    }

    @Test
    void saysWhereABrokenFileIsBroken() throws Exception {
        Files.createDirectories(temp.resolve("config"));
        Files.writeString(temp.resolve("config/sourceos.lock"), "<<<<<<< HEAD\n");
        assertThatThrownBy(() -> store().load())
                .isInstanceOfSatisfying(
                        RebuildException.class, e -> assertThat(e.kind()).isEqualTo(RebuildException.Kind.UNUSABLE))
                .hasMessageContaining("sourceos.lock:1:1");
    }
}
