package org.sourceos.gitstore.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreRef.Namespace;
import org.sourceos.gitstore.Tool;
import org.sourceos.host.Cancellation;

/** A collection where there is not one byte free. */
class FullDiskCollectionTest {
    private static final Cancellation NEVER = new Cancellation();

    @TempDir
    private Path folder;

    @Test
    void aFullDiskIsMadeEmptierWithoutLosingAnything() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                Tool.tryRun("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString())
                        .succeeded(),
                "mounting a tmpfs is not permitted here");
        try {
            Path store = disk.resolve("store");
            SampleStore.fill(store);
            try (BuildCache cache = BuildCache.open(store, NEVER)) {
                cache.erofsImage(cache.ingest(SampleStore.files(1), NEVER), NEVER);
            }
            fill(disk.resolve("ballast"));
            assertThat(disk.toFile().getUsableSpace()).isZero();

            Collected collected;
            try (BuildCache cache = BuildCache.open(store, NEVER)) {
                collected = cache.collect(SampleStore.rules(1), false, NEVER);
            }

            assertThat(collected.bytes()).isPositive();
            assertThat(disk.toFile().getUsableSpace()).isPositive();
            assertThat(Tool.fsck(store)).isEmpty();
            try (BuildCache cache = BuildCache.open(store, NEVER)) {
                assertThat(cache.verify(NEVER)).isEmpty();
                assertThat(cache.find(SampleStore.ref(Namespace.VMS, "program-8")))
                        .isPresent();
                assertThat(cache.find(SampleStore.ref(Namespace.VMS, "program-1")))
                        .isEmpty();
            }
        } finally {
            Tool.run("umount", disk.toString());
        }
    }

    @Test
    void aFullDiskWithNothingToRemoveAtOnceIsSaidOrManaged() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                Tool.tryRun("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString())
                        .succeeded(),
                "mounting a tmpfs is not permitted here");
        try {
            Path store = disk.resolve("store");
            SampleStore.fill(store);
            fill(disk.resolve("ballast"));
            long before = disk.toFile().getUsableSpace();
            try (BuildCache cache = BuildCache.open(store, NEVER)) {
                cache.collect(SampleStore.rules(1), false, NEVER);
            }
            assertThat(disk.toFile().getUsableSpace()).isGreaterThan(before);
            assertThat(Tool.fsck(store)).isEmpty();
        } finally {
            Tool.run("umount", disk.toString());
        }
    }

    private static void fill(Path ballast) throws IOException {
        try (OutputStream out = Files.newOutputStream(ballast)) {
            byte[] page = new byte[4096];
            while (true) {
                out.write(page);
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space")) {
                throw e;
            }
        }
    }
}
