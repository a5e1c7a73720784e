package org.sourceos.gitstore.known;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.Part;
import org.sourceos.gitstore.SampleTrees;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.Tool;
import org.sourceos.gitstore.collect.Collected;
import org.sourceos.gitstore.collect.KeepRules;
import org.sourceos.gitstore.collect.SampleStore;
import org.sourceos.gitstore.tree.DirectoryTree;
import org.sourceos.gitstore.tree.Ownership;
import org.sourceos.gitstore.tree.PlacedTree;
import org.sourceos.gitstore.tree.TreePath;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;
import org.sourceos.host.posix.MountedFiles;

/** Whatever happens to the tables and to what they name, a folder is stored as it is. */
@Timeout(180)
class KnownTablesTest {
    private final Cancellation never = new Cancellation();

    @TempDir
    Path directory;

    private KnownFolder known;

    @BeforeEach
    void makeFolder() throws Exception {
        known = new KnownFolder(directory);
        for (int i = 0; i < 20; i++) {
            Path sub = Files.createDirectories(known.folder().resolve("d" + i % 3));
            Files.write(sub.resolve("f" + i), SampleTrees.bytes(i, 1 + i * 4000));
        }
    }

    private static KeepRules nothing() {
        return new KeepRules(1, Duration.ZERO, Set.of(), Set.of(), Instant.now().plus(Duration.ofDays(300)));
    }

    private Collected collect(KeepRules rules) throws Exception {
        try (BuildCache cache = known.open(KnownFilesRule.usual())) {
            return cache.collect(rules, false, never);
        }
    }

    private void assertSound() throws Exception {
        try (BuildCache cache = known.open(KnownFilesRule.usual())) {
            assertThat(cache.verify(never)).isEmpty();
        }
        assertThat(Tool.fsck(known.store())).isEmpty();
    }

    @Test
    void whatWasCollectedMeanwhileIsStoredAgain() throws Exception {
        known.stored();
        List<Path> tables = known.tables();
        Map<Path, byte[]> kept = Map.of(
                tables.get(0), Files.readAllBytes(tables.get(0)), tables.get(1), Files.readAllBytes(tables.get(1)));
        collect(nothing());
        for (Map.Entry<Path, byte[]> table : kept.entrySet()) {
            Files.write(table.getKey(), table.getValue());
        }

        assertThat(known.stored()).hasSize(20);
        assertSound();
        assertThat(known.stored()).isEmpty();
    }

    @Test
    void treesThatWereCollectedAreMadeAgainOfFilesThatWereNot() throws Exception {
        known.stored();
        try (BuildCache cache = known.open(KnownFilesRule.usual())) {
            StoredLayer elsewhere = cache.ingest(
                    new PlacedTree(
                            TreePath.of("a"), new DirectoryTree(known.folder().resolve("d1"), Ownership.AS_IS)),
                    never);
            cache.publish(
                    SampleStore.ref(StoreRef.Namespace.LAYERS, "elsewhere"),
                    Map.of("layer", new Part.Tree(elsewhere.tree())),
                    "Elsewhere",
                    Instant.now());
            cache.remove(SampleStore.ref(StoreRef.Namespace.LAYERS, "folder"));
        }
        collect(new KeepRules(1, Duration.ofDays(1), Set.of(), Set.of(), Instant.now()));

        assertThat(known.stored()).isNotEmpty().noneMatch(name -> name.startsWith("d1/"));
        assertSound();
    }

    @Test
    void aDamagedTableIsNeverBelieved() throws Exception {
        known.stored();
        Random random = new Random(1);
        for (Path table : known.tables()) {
            byte[] sound = Files.readAllBytes(table);
            for (int i = 0; i < 20; i++) {
                byte[] damaged = i % 4 == 0 ? Arrays.copyOf(sound, random.nextInt(sound.length)) : sound.clone();
                for (int flips = i % 4; flips > 0; flips--) {
                    damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                }
                Files.write(table, damaged);

                known.stored();
            }
            Files.write(table, SampleTrees.bytes(1, 100_000));
            known.stored();
            Files.delete(table);
            known.stored();
        }
        assertThat(known.stored()).isEmpty();
    }

    @Test
    void ofAnotherBootMountOrFolderNothingIsBelieved() throws Exception {
        known.stored();
        Path file = known.tables().get(0);
        KnownTable table = KnownTable.read(file).orElseThrow();
        SourcePlace place = table.place();
        for (SourcePlace other : List.of(
                new SourcePlace(new UUID(1, 2), place.device(), place.mounted()),
                new SourcePlace(place.boot(), place.device() + 1, place.mounted()),
                new SourcePlace(
                        place.boot(),
                        place.device(),
                        new MountedFiles(
                                place.mounted().type(),
                                place.mounted().id(),
                                place.mounted().mount() + 1)))) {
            Path temporary = Files.createTempDirectory(directory, "");
            KnownTable.of(other, table.folder(), List.of()).write(file, temporary);

            assertThat(known.stored()).hasSize(20);
        }
    }

    @Test
    void severalCanStoreTheSameFolderAtTheSameTime() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<List<String>>> all = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                all.add(threads.submit(() -> {
                    try (BuildCache cache = known.open(KnownFolder.LATER)) {
                        return List.of(cache.ingestFolder(
                                        known.folder(), new DirectoryTree(known.folder(), Ownership.AS_IS), never)
                                .tree()
                                .hex());
                    }
                }));
            }
            for (Future<List<String>> one : all) {
                assertThat(one.get()).containsExactly(known.fresh().tree().hex());
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(known.stored()).isEmpty();
    }

    @Test
    void collectionRemovesTheTablesOfFoldersThatAreGoneOrForgotten() throws Exception {
        known.stored();
        KeepRules rules = new KeepRules(1, Duration.ofDays(14), Set.of(), Set.of(), Instant.now());
        assertThat(collect(rules).freed()).noneMatch(freed -> freed.kind().equals("tables of known files"));
        assertThat(known.tables()).hasSize(2);

        FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(20)));
        for (Path table : known.tables()) {
            Files.setLastModifiedTime(table, old);
        }
        known.stored(); // a use makes them young
        collect(rules);
        assertThat(known.tables()).hasSize(2);

        for (Path table : known.tables()) {
            Files.setLastModifiedTime(table, old);
        }
        collect(rules);
        assertThat(known.tables()).isEmpty();

        known.stored();
        Directories.remove(known.folder());
        assertThat(collect(rules).freed()).anyMatch(freed -> freed.kind().equals("tables of known files"));
        assertThat(known.tables()).isEmpty();
    }

    @Test
    void aStoreThatCannotKeepTablesStoresAllTheSame() throws Exception {
        Files.createDirectories(known.store());
        Files.writeString(known.store().resolve("known"), "a file where a folder is meant");

        assertThat(known.stored()).hasSize(20);
        assertThat(known.stored()).hasSize(20);
    }

    @Test
    void ofAFileSystemInMemoryNothingIsKept() throws Exception {
        Path memory = Path.of("/dev/shm");
        assumeThat(Files.isDirectory(memory)
                        && Files.getFileStore(memory).type().equals("tmpfs"))
                .as("there is a file system in memory at " + memory)
                .isTrue();
        Path folder = Files.createTempDirectory(memory, "known");
        try (BuildCache cache = known.open(KnownFolder.LATER)) {
            Files.writeString(folder.resolve("file"), "content");
            for (int i = 0; i < 2; i++) {
                cache.ingestFolder(folder, new DirectoryTree(folder, Ownership.AS_IS), never);
            }
            assertThat(known.tables()).isEmpty();
        } finally {
            Directories.remove(folder);
        }
    }
}
