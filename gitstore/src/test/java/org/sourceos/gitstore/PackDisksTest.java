package org.sourceos.gitstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.collect.SampleStore;
import org.sourceos.gitstore.erofs.ErofsReader;
import org.sourceos.gitstore.lease.Lease;
import org.sourceos.gitstore.tree.DirectoryTree;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.ListTree;
import org.sourceos.gitstore.tree.Ownership;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessResult;

/** Machines' disks that read large files out of git's packs. */
class PackDisksTest {
    private static final int PAGE = 4096;
    private static final int RUN = 15 * PAGE;

    private final Cancellation never = new Cancellation();

    @TempDir
    Path directory;

    private BuildCache open() throws StoreException {
        return BuildCache.open(directory.resolve("store"), never);
    }

    /** Files of all the sizes at which something begins or ends. */
    static FileTree large(int seed) {
        ListTree.Builder tree = ListTree.builder().file("small", 0644, "small");
        int[] sizes = {
            32_767,
            32_768,
            40_000,
            61_440,
            65_535,
            65_536,
            65_537,
            RUN + PAGE,
            2 * RUN - 1,
            2 * RUN,
            2 * RUN + 1,
            2 * RUN + PAGE - 1,
            2 * RUN + PAGE,
            RUN + 65_535,
            RUN + 65_536,
            3 * RUN + 12_345,
            1_000_000,
            5_000_000
        };
        for (int size : sizes) {
            tree.file("d/f" + size, size % 2 == 0 ? 04755 : 0640, SampleTrees.bytes(seed * 31L + size, size));
        }
        return tree.file("d/twice", 0644, SampleTrees.bytes(seed * 31L + 1_000_000, 1_000_000))
                .build();
    }

    private static FileTree read(Path image, List<Path> packs) throws IOException {
        Map<String, byte[]> devices = new TreeMap<>();
        for (Path pack : packs) {
            devices.put(PackFile.name(pack), Files.readAllBytes(pack));
        }
        return ErofsReader.read(Files.readAllBytes(image), devices);
    }

    private static List<Path> packs(List<Path> disks) {
        return disks.stream().filter(PackFile::isPack).toList();
    }

    private void publish(BuildCache cache, String name, StoredLayer layer) throws StoreException {
        cache.publish(
                new StoreRef(StoreRef.Namespace.LAYERS, name),
                Map.of("layer", new Part.Tree(layer.tree())),
                name,
                Instant.now());
    }

    @Test
    void largeFilesAreReadOutOfAPackThatGitAccepts() throws Exception {
        try (BuildCache cache = open()) {
            StoredLayer layer = cache.ingest(large(1), never);
            publish(cache, "large", layer);

            List<Path> disks = cache.disks(List.of(layer), DiskRules.packs(4), never);

            assertThat(disks).hasSize(2);
            Path pack = disks.get(1);
            assertThat(PackFile.isPack(pack)).isTrue();
            assertThat(SampleTrees.differences(read(disks.get(0), packs(disks)), large(1)))
                    .isEmpty();
            assertThat(Files.size(disks.get(0))).isLessThan(300_000);
            assertThat(pack.resolveSibling(PackFile.name(pack) + ".keep")).exists();
            assertThat(Tool.git(cache.directory(), "verify-pack", "-v", pack.toString()))
                    .contains("non delta: 14 objects");
            assertThat(SampleTrees.differences(cache.files(layer), large(1))).isEmpty();
            assertThat(cache.verify(never)).isEmpty();
            assertThat(cache.disks(List.of(layer), DiskRules.packs(4), never)).isEqualTo(disks);
            // What is in the store is not written again.
            assertThat(cache.ingest(large(1), never)).isEqualTo(layer);
            assertThat(packsOf(cache)).hasSize(2);
        }
        assertThat(Tool.fsck(directory.resolve("store"))).isEmpty();
        Path clone = directory.resolve("clone");
        Tool.run("git", "clone", "-q", "--mirror", directory.resolve("store").toString(), clone.toString());
        assertThat(Tool.fsck(clone)).isEmpty();
    }

    private static List<Path> packsOf(BuildCache cache) throws IOException {
        try (Stream<Path> files = Files.list(cache.directory().resolve(StoreLayout.PACKS))) {
            return files.filter(file -> file.toString().endsWith(".pack")).toList();
        }
    }

    @Test
    void theKernelMountsAnImageWithItsPacks() throws Exception {
        assumeTrue(Tool.isRoot(), "mounting needs root");
        assumeTrue(Files.readString(Path.of("/proc/filesystems")).contains("erofs"), "this kernel has no EROFS");
        Path mountPoint = Files.createDirectory(directory.resolve("mnt"));
        List<String> loops = new ArrayList<>();
        try (BuildCache cache = open()) {
            StoredLayer first = cache.ingest(large(1), never);
            FileTree both = visitor -> {
                SampleTrees.everything().visit(visitor);
                ListTree.builder()
                        .file("big-1", 0644, SampleTrees.bytes(31L + 5_000_000, 5_000_000))
                        .file("big-2", 04711, SampleTrees.bytes(9, 777_777))
                        .build()
                        .visit(entry -> {
                            if (!entry.path().isRoot()) {
                                visitor.entry(entry);
                            }
                        });
            };
            StoredLayer layer = cache.ingest(both, never);
            assertThat(first).isNotEqualTo(layer);
            List<Path> disks = cache.disks(List.of(layer), DiskRules.packs(8), never);
            assertThat(packs(disks)).hasSize(2);
            for (Path disk : disks) {
                ProcessResult made = Tool.tryRun("losetup", "--show", "-rf", disk.toString());
                assumeTrue(made.succeeded(), "no loop devices here");
                loops.add(made.stdout().strip());
            }
            // The table has them by name, the options in the table's order.
            List<Path> sorted = packs(disks).stream().sorted().toList();
            StringBuilder options = new StringBuilder("ro");
            sorted.forEach(pack -> options.append(",device=").append(loops.get(disks.indexOf(pack))));
            ProcessResult mount =
                    Tool.tryRun("mount", "-t", "erofs", "-o", options.toString(), loops.get(0), mountPoint.toString());
            assertThat(mount.stderrTail()).isEmpty();
            try {
                assertThat(SampleTrees.differences(new DirectoryTree(mountPoint, Ownership.AS_IS), both))
                        .isEmpty();
            } finally {
                Tool.run("umount", mountPoint.toString());
            }
        } finally {
            for (String loop : loops) {
                Tool.run("losetup", "-d", loop);
            }
        }
    }

    @Test
    void whereThereIsNoRoomFilesAreCopied() throws Exception {
        try (BuildCache cache = open()) {
            List<StoredLayer> layers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                layers.add(cache.ingest(
                        ListTree.builder()
                                .file("f", 0644, SampleTrees.bytes(i, 100_000 * (i + 1)))
                                .build(),
                        never));
            }

            List<Path> disks = cache.disks(layers, DiskRules.packs(5), never);
            assertThat(packs(disks)).hasSize(2);
            assertThat(disks.subList(0, 3)).noneMatch(PackFile::isPack);
            assertThat(disks.get(0)).hasFileName(layers.get(0).digest() + ".erofs");
            for (int i = 0; i < 3; i++) {
                assertThat(SampleTrees.differences(read(disks.get(i), packs(disks)), cache.files(layers.get(i))))
                        .isEmpty();
            }
            assertThat(cache.disks(layers, DiskRules.copies(), never))
                    .containsExactlyElementsOf(
                            layers.stream().map(l -> disk(cache, l)).toList());
            assertThat(packs(cache.disks(layers, DiskRules.packsWhereWorthwhile(8), never)))
                    .isEmpty();
            assertThat(cache.verify(never)).isEmpty();
        }
    }

    private Path disk(BuildCache cache, StoredLayer layer) {
        return cache.directory().resolve("disks/" + layer.digest() + ".erofs");
    }

    @Test
    void whatIsOnlyKeptIsCompressedAndCopied() throws Exception {
        FileTree zeros =
                ListTree.builder().file("zeros", 0644, new byte[3_000_000]).build();
        try (BuildCache cache = open()) {
            StoredLayer layer = cache.ingestCompressed(zeros, never);
            assertThat(packsOf(cache))
                    .singleElement()
                    .satisfies(pack -> assertThat(Files.size(pack)).isLessThan(30_000));
            assertThat(packs(cache.disks(List.of(layer), DiskRules.packs(8), never)))
                    .isEmpty();
            // Being there, it is not written again for machines.
            assertThat(cache.ingest(zeros, never)).isEqualTo(layer);
            assertThat(packsOf(cache)).hasSize(1);
        }
    }

    @Test
    void aMachineIsNotGivenFilesOfLayersThatItHasNothingToDoWith() throws Exception {
        FileTree huge = ListTree.builder()
                .file("f", 0644, SampleTrees.bytes(1, 9 << 20))
                .build();
        FileTree half = ListTree.builder()
                .file("a", 0644, SampleTrees.bytes(2, 9 << 20))
                .file("b", 0644, SampleTrees.bytes(3, 9 << 20))
                .build();
        FileTree other = ListTree.builder()
                .file("a", 0644, SampleTrees.bytes(2, 9 << 20))
                .build();
        try (BuildCache cache = open()) {
            publish(cache, "huge", cache.ingest(huge, never));
            cache.ingest(half, never);
            publish(cache, "other", cache.ingest(other, never));
            publish(cache, "small-1", cache.ingest(large(1), never));
            publish(cache, "small-2", cache.ingest(large(2), never));
        }
        try (BuildCache cache = open()) {
            cache.collect(SampleStore.rules(5), false, never);
            // Two large layers by themselves, what dead files were in, too; the two small together; what is compressed.
            assertThat(packsOf(cache)).hasSize(4);
            DiskRules cautious = new DiskRules(6, 1, false);
            for (FileTree each : List.of(huge, other)) {
                assertThat(packs(cache.disks(List.of(cache.ingest(each, never)), cautious, never)))
                        .hasSize(1);
            }
            StoredLayer small = cache.ingest(large(1), never);
            assertThat(packs(cache.disks(List.of(small), cautious, never))).isEmpty();
            assertThat(packs(cache.disks(List.of(small), DiskRules.packs(6), never)))
                    .hasSize(1);
        }
    }

    @Test
    void aDamagedPackIsNoDisk() throws Exception {
        try (BuildCache cache = open()) {
            StoredLayer layer = cache.ingest(large(1), never);
            publish(cache, "large", layer);
            Path pack = packs(cache.disks(List.of(layer), DiskRules.packs(4), never))
                    .get(0);
            byte[] bytes = Files.readAllBytes(pack);
            byte[] sound = bytes.clone();
            bytes[bytes.length / 2] ^= 4;
            Tool.run("chmod", "u+w", pack.toString());
            Files.write(pack, bytes);

            assertThatThrownBy(() -> cache.disks(List.of(layer), DiskRules.packs(4), never))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("damaged");
            assertThat(cache.verify(never)).isNotEmpty();

            Files.write(pack, sound);
            assertThat(packs(cache.disks(List.of(layer), DiskRules.packs(4), never)))
                    .hasSize(1);
            assertThat(cache.verify(never)).isEmpty();
        }
    }

    @Test
    void aPackThatAMachineReadsFromStaysAndOthersAreMerged() throws Exception {
        Path store = directory.resolve("store");
        List<Path> running;
        try (BuildCache cache = open()) {
            for (int i = 0; i < 4; i++) {
                publish(cache, "layer-" + i, cache.ingest(large(i), never));
            }
            cache.remove(new StoreRef(StoreRef.Namespace.LAYERS, "layer-3"));
            running = cache.disks(List.of(cache.ingest(large(0), never)), DiskRules.packs(4), never);
        }
        try (BuildCache machine = open();
                Lease lease = machine.lease(running)) {
            try (BuildCache cache = open()) {
                List<String> notes =
                        cache.collect(SampleStore.rules(5), false, never).notes();
                assertThat(notes).singleElement().asString().contains("a machine reads from it");
            }
            assertThat(running).allMatch(Files::exists);
            // That of the machine, that of the two others, and what is small.
            assertThat(packsOf(machine)).hasSize(3);
        }
        assertThat(Tool.fsck(store)).isEmpty();
        try (BuildCache cache = open()) {
            cache.collect(SampleStore.rules(5), false, never);
            assertThat(packsOf(cache)).hasSize(2);
            assertThat(running).noneMatch(Files::exists);
            for (int i = 0; i < 3; i++) {
                StoredLayer layer = cache.ingest(large(i), never);
                List<Path> disks = cache.disks(List.of(layer), DiskRules.packs(4), never);
                assertThat(packs(disks)).hasSize(1);
                assertThat(SampleTrees.differences(read(disks.get(0), packs(disks)), large(i)))
                        .isEmpty();
            }
            assertThat(cache.verify(never)).isEmpty();
        }
        assertThat(Tool.fsck(store)).isEmpty();
    }
}
