package org.sourceos.gitstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.collect.Collected;
import org.sourceos.gitstore.collect.KeepRules;
import org.sourceos.gitstore.collect.PackForm;
import org.sourceos.gitstore.collect.PackForm.Aim;
import org.sourceos.gitstore.collect.SampleStore;
import org.sourceos.gitstore.erofs.ErofsReader;
import org.sourceos.gitstore.git.Compaction;
import org.sourceos.gitstore.tree.DirectoryTree;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.ListTree;
import org.sourceos.gitstore.tree.Ownership;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessResult;

/** Stores that are written as small as they can be, and the way back. */
class CompactionTest {
    private final Cancellation never = new Cancellation();

    @TempDir
    Path directory;

    private Path store() {
        return directory.resolve("store");
    }

    private BuildCache open() throws StoreException {
        return BuildCache.open(store(), never);
    }

    private static KeepRules rules() {
        return new KeepRules(5, KeepRules.SINCE, Set.of(), Set.of(), Instant.now());
    }

    private static PackForm form(Aim aim, Duration usedSince) {
        return new PackForm(aim, usedSince, (done, total) -> {});
    }

    private Collected collect(Aim aim, Duration usedSince, boolean dryRun) throws StoreException {
        try (BuildCache cache = open()) {
            return cache.collect(rules(), form(aim, usedSince), dryRun, never);
        }
    }

    private Collected compact() throws StoreException {
        return collect(Aim.COMPACT, Duration.ZERO, false);
    }

    private List<Path> packs() throws IOException {
        try (Stream<Path> files = Files.list(store().resolve(StoreLayout.PACKS))) {
            return files.filter(file -> file.toString().endsWith(".pack"))
                    .sorted()
                    .toList();
        }
    }

    private long packBytes() throws IOException {
        long sum = 0;
        for (Path pack : packs()) {
            sum += Files.size(pack);
        }
        return sum;
    }

    private void assertSound(Map<String, FileTree> layers) throws Exception {
        assertThat(Tool.fsck(store())).isEmpty();
        try (BuildCache cache = open()) {
            assertThat(cache.verify(never)).isEmpty();
            for (Map.Entry<String, FileTree> layer : layers.entrySet()) {
                StoredItem item = cache.find(new StoreRef(StoreRef.Namespace.LAYERS, layer.getKey()))
                        .orElseThrow();
                StoredLayer stored =
                        cache.layer(cache.subtree(item.tree(), "layer").orElseThrow());
                assertThat(SampleTrees.differences(cache.files(stored), layer.getValue()))
                        .isEmpty();
            }
        }
    }

    /** Words, of which a version differs from another in one of some hundred. */
    private static byte[] text(int seed, int version, int size) {
        StringBuilder text = new StringBuilder();
        java.util.Random random = new java.util.Random(seed);
        java.util.Random changes = new java.util.Random(seed * 31L + version);
        while (text.length() < size) {
            int word = random.nextInt(1 << 20);
            text.append(Integer.toHexString(changes.nextInt(300) == 0 ? word ^ version : word))
                    .append(' ');
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static FileTree program(int version) {
        ListTree.Builder tree = ListTree.builder();
        for (int i = 0; i < 12; i++) {
            tree.file("lib/lib" + i + ".so." + version, 0755, text(i, version, 20_000 + 40_000 * i));
            tree.file("doc/" + i + "/copyright", 0644, text(1000, i * 10 + version, 3_000));
        }
        return tree.file("noise", 0644, SampleTrees.bytes(version, 300_000))
                .symlink("link", "lib")
                .build();
    }

    private void publish(String name, FileTree files) throws StoreException {
        try (BuildCache cache = open()) {
            SampleStore.layer(cache, name, cache.ingest(files, never), Instant.now());
        }
    }

    private long deltas() throws IOException {
        long count = 0;
        for (Path pack : packs()) {
            count += Tool.git(store(), "verify-pack", "-v", pack.toString())
                    .lines()
                    .filter(line -> line.matches("[0-9a-f]{40} \\w+ +\\d+ \\d+ \\d+ \\d+ [0-9a-f]{40}"))
                    .count();
        }
        return count;
    }

    @Test
    void whatIsCompactedIsSmallAndPlainGitReadsIt() throws Exception {
        Map<String, FileTree> layers = new TreeMap<>();
        for (int version = 1; version <= 3; version++) {
            layers.put("program-" + version, program(version));
            publish("program-" + version, program(version));
        }
        long before = packBytes();

        Collected dry = collect(Aim.COMPACT, Duration.ZERO, true);
        assertThat(packBytes()).isEqualTo(before);
        assertThat(dry.notes()).anyMatch(note -> note.startsWith("would compact"));
        assertThat(dry.notes()).anyMatch(note -> note.contains("while it writes, and there are"));
        Collected done = compact();

        assertThat(done.notes()).anyMatch(note -> note.startsWith("compacted "));
        assertThat(packs()).hasSize(1);
        // An estimate is rather too careful.
        assertThat(done.bytes()).isGreaterThanOrEqualTo(dry.bytes());
        assertThat(packBytes()).isLessThan(before / 3);
        assertThat(deltas()).isGreaterThan(20);
        assertSound(layers);
        Path clone = directory.resolve("clone");
        Tool.run("git", "clone", "-q", "--mirror", "file://" + store(), clone.toString());
        assertThat(Tool.fsck(clone)).isEmpty();
        assertThat(Tool.git(store(), "log", "--all", "--oneline").lines()).hasSize(3);

        // As small as it can be it stays, whatever collects.
        List<Path> compact = packs();
        assertThat(compact().freed()).isEmpty();
        assertThat(collect(Aim.AS_IT_IS, Duration.ZERO, false).freed()).isEmpty();
        assertThat(packs()).isEqualTo(compact);
    }

    @Test
    void aCollectionKeepsCompactWhatIsLeft() throws Exception {
        for (int version = 1; version <= 4; version++) {
            publish("program-" + version, program(version));
        }
        compact();
        long before = packBytes();
        try (BuildCache cache = open()) {
            cache.remove(new StoreRef(StoreRef.Namespace.LAYERS, "program-4"));
        }

        collect(Aim.AS_IT_IS, Duration.ZERO, false);

        assertThat(packs()).hasSize(1);
        assertThat(packBytes()).isLessThan(before);
        assertThat(deltas()).isPositive();
        assertSound(Map.of("program-1", program(1), "program-3", program(3)));
        publish("program-5", program(5));
        collect(Aim.AS_IT_IS, Duration.ZERO, false);
        compact();
        assertThat(packs()).hasSize(1);
        assertSound(Map.of("program-1", program(1), "program-5", program(5)));
    }

    /** Mostly zeros, and too large to be left out. */
    private static FileTree large(int seed) {
        byte[] content = new byte[12 << 20];
        System.arraycopy(SampleTrees.bytes(seed, 1 << 20), 0, content, 0, 1 << 20);
        return ListTree.builder()
                .file("large", 0755, content)
                .file("larger", 0644, SampleTrees.bytes(seed + 1, 700_000))
                .file("small", 0644, "small")
                .build();
    }

    private StoredLayer image(BuildCache cache, String name, int seed) throws StoreException {
        StoredLayer own = cache.ingest(large(seed), never);
        StoredItem item = SampleStore.imageOf(cache, name, own, Instant.now());
        cache.use(item.ref());
        return own;
    }

    private static FileTree read(List<Path> disks) throws IOException {
        Map<String, byte[]> devices = new TreeMap<>();
        for (Path disk : disks) {
            if (PackFile.isPack(disk)) {
                devices.put(PackFile.name(disk), Files.readAllBytes(disk));
            }
        }
        return ErofsReader.read(Files.readAllBytes(disks.get(0)), devices);
    }

    private static List<Path> disks(BuildCache cache, StoredLayer layer) throws StoreException {
        return cache.disks(List.of(layer), DiskRules.packsWhereWorthwhile(6), new Cancellation());
    }

    @Test
    void whatIsInUseStaysAsDisksAndTheRestIsMadeAgainWhenItIsRun() throws Exception {
        StoredLayer used;
        List<Path> disks;
        try (BuildCache cache = open()) {
            used = image(cache, "used", 1);
            disks = disks(cache, used);
            SampleStore.layer(cache, "unused", cache.ingest(large(50), never), Instant.now());
        }

        Collected collected = collect(Aim.COMPACT, Duration.ofDays(7), false);

        assertThat(collected.notes())
                .anyMatch(note -> note.contains(PackFile.name(disks.get(1))) && note.contains("stays: used, run on"));
        assertThat(disks).allMatch(Files::exists);
        assertThat(packs()).hasSize(2);
        assertSound(Map.of("unused", large(50)));

        compact();

        assertThat(disks).noneMatch(Files::exists);
        assertThat(packs()).hasSize(1);
        assertSound(Map.of("unused", large(50)));
        try (BuildCache cache = open()) {
            List<Path> copy = disks(cache, used);
            assertThat(copy).singleElement().satisfies(disk -> assertThat(disk).hasFileName(used.digest() + ".erofs"));
            assertThat(SampleTrees.differences(read(copy), large(1))).isEmpty();
        }
        // Who collects is told, once a machine had to be given a copy.
        assertThat(collect(Aim.AS_IT_IS, Duration.ofDays(7), true).notes())
                .anyMatch(note -> note.contains("used, run on") && note.contains("gc --align"));

        assertThat(collect(Aim.ALIGN, Duration.ofDays(7), true).notes())
                .anyMatch(note -> note.startsWith("would align"));
        Collected aligned = collect(Aim.ALIGN, Duration.ofDays(7), false);

        assertThat(aligned.notes()).anyMatch(note -> note.startsWith("aligned 12 MiB of layer"));
        assertThat(store().resolve("disks/" + used.digest() + ".erofs")).doesNotExist();
        try (BuildCache cache = open()) {
            List<Path> again = disks(cache, used);
            assertThat(again).hasSize(2);
            assertThat(SampleTrees.differences(read(again), large(1))).isEmpty();
        }
        assertSound(Map.of("unused", large(50)));
        assertThat(collect(Aim.ALIGN, Duration.ofDays(7), false).notes())
                .anyMatch(note -> note.startsWith("nothing to align"));
        // Nothing is there twice.
        assertThat(Tool.git(store(), "cat-file", "--batch-check", "--batch-all-objects", "--unordered")
                        .lines())
                .hasSize((int) packedObjects());
    }

    private long packedObjects() throws IOException {
        return Tool.git(store(), "count-objects", "-v")
                .lines()
                .filter(line -> line.startsWith("in-pack: "))
                .mapToLong(line -> Long.parseLong(line.substring("in-pack: ".length())))
                .sum();
    }

    @Test
    void theKernelMountsTheDisksOfWhatWasCompactedAndAligned() throws Exception {
        assumeTrue(Tool.isRoot(), "mounting needs root");
        assumeTrue(Files.readString(Path.of("/proc/filesystems")).contains("erofs"), "this kernel has no EROFS");
        StoredLayer layer;
        try (BuildCache cache = open()) {
            layer = image(cache, "used", 1);
        }
        compact();
        mountAndCompare(layer, 1);
        collect(Aim.ALIGN, Duration.ofDays(7), false);
        mountAndCompare(layer, 2);
    }

    private void mountAndCompare(StoredLayer layer, int disks) throws Exception {
        Path mountPoint = Files.createDirectories(directory.resolve("mnt"));
        List<String> loops = new ArrayList<>();
        try (BuildCache cache = open()) {
            for (Path disk : disks(cache, layer)) {
                ProcessResult made = Tool.tryRun("losetup", "--show", "-rf", disk.toString());
                assumeTrue(made.succeeded(), "no loop devices here");
                loops.add(made.stdout().strip());
            }
            assertThat(loops).hasSize(disks);
            String options = "ro" + (disks > 1 ? ",device=" + loops.get(1) : "");
            ProcessResult mount =
                    Tool.tryRun("mount", "-t", "erofs", "-o", options, loops.get(0), mountPoint.toString());
            assertThat(mount.stderrTail()).isEmpty();
            try {
                // A collection beside it takes nothing away.
                if (disks > 1) {
                    compact();
                }
                assertThat(SampleTrees.differences(new DirectoryTree(mountPoint, Ownership.AS_IS), large(1)))
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
    void aRunningMachineKeepsItsPack() throws Exception {
        StoredLayer layer;
        try (BuildCache machine = open()) {
            layer = image(machine, "used", 1);
            List<Path> disks = disks(machine, layer);
            try (BuildCache cache = open()) {
                assertThat(cache.collect(rules(), form(Aim.COMPACT, Duration.ZERO), false, never)
                                .notes())
                        .anyMatch(note -> note.contains("a machine reads from it"));
            }
            assertThat(disks).hasSize(2).allMatch(Files::exists);
            assertThat(SampleTrees.differences(read(disks), large(1))).isEmpty();
        }
        compact();
        assertThat(packs()).hasSize(1);
        assertSound(Map.of());
    }

    @Test
    void anInterruptedOneLosesNothingAndTheNextFinishesIt() throws Exception {
        publish("program-1", program(1));
        publish("program-2", program(2));
        Cancellation stop = new Cancellation();
        Compaction.Progress half = (done, total) -> {
            if (done > total / 2) {
                stop.cancel();
            }
        };
        try (BuildCache cache = open()) {
            assertThatThrownBy(
                            () -> cache.collect(rules(), new PackForm(Aim.COMPACT, Duration.ZERO, half), false, stop))
                    .isInstanceOf(CancellationException.class);
        }
        assertSound(Map.of("program-1", program(1), "program-2", program(2)));
        compact();
        assertThat(packs()).hasSize(1);
        assertSound(Map.of("program-1", program(1), "program-2", program(2)));
        try (Stream<Path> left = Files.list(store().resolve("tmp"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aDamagedIndexOfACompactPackIsMadeAgain() throws Exception {
        for (int version = 1; version <= 3; version++) {
            publish("program-" + version, program(version));
        }
        compact();
        Path pack = packs().get(0);
        Path index = pack.resolveSibling(PackFile.name(pack) + ".idx");
        byte[] bytes = Files.readAllBytes(index);
        bytes[bytes.length - 60] ^= 1;
        Tool.run("chmod", "u+w", index.toString());
        Files.write(index, bytes);
        try (BuildCache cache = open()) {
            assertThat(cache.verify(never)).isNotEmpty();
            cache.repair(never);
        }
        assertSound(Map.of("program-1", program(1), "program-2", program(2), "program-3", program(3)));
    }

    @Test
    void withoutRoomItSaysWhatItNeedsAndChangesNothing() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("store"));
        assumeTrue(
                Tool.tryRun("mount", "-t", "tmpfs", "-o", "size=28m", "tmpfs", disk.toString())
                        .succeeded(),
                "mounting a tmpfs is not permitted here");
        try {
            publish("large", large(1));
            List<Path> before = packs();
            assertThatThrownBy(this::compact)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("compacting needs about ")
                    .hasMessageContaining("MiB free");
            assertThat(packs()).isEqualTo(before);
            assertSound(Map.of("large", large(1)));
        } finally {
            Tool.run("umount", disk.toString());
        }
    }

    @Test
    void withLittleRoomPacksAreCompactedOneAfterTheOther() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("store"));
        assumeTrue(
                Tool.tryRun("mount", "-t", "tmpfs", "-o", "size=82m", "tmpfs", disk.toString())
                        .succeeded(),
                "mounting a tmpfs is not permitted here");
        try {
            for (int i = 0; i < 4; i++) {
                publish(
                        "noise-" + i,
                        ListTree.builder()
                                .file("noise", 0644, SampleTrees.bytes(i, 12 << 20))
                                .build());
            }
            assertThat(disk.toFile().getUsableSpace()).isLessThan(40L << 20);
            publish(
                    "zeros",
                    ListTree.builder().file("f", 0644, new byte[1 << 20]).build());

            Collected done = compact();

            assertThat(done.notes()).noneMatch(note -> note.contains("are left"));
            assertThat(done.bytes()).isPositive();
            assertSound(Map.of());
        } finally {
            Tool.run("umount", disk.toString());
        }
    }

    @Test
    void manySmallPacksAreMergedAndThoseOfMachinesStay() throws Exception {
        try (BuildCache machine = open()) {
            StoredLayer layer = image(machine, "used", 1);
            List<Path> disks = disks(machine, layer);
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 100; i++) {
                    try (BuildCache cache = open()) {
                        SampleStore.layer(cache, "layer-" + round + "-" + i, 100 * round + i, Instant.now());
                    }
                }
                assertThat(packs()).hasSizeGreaterThan(200);
                try (BuildCache cache = open()) {
                    cache.collect(rules(), false, never);
                }
                // That of the machine, the merged one with pages, and what is compressed.
                assertThat(packs()).hasSize(3);
                assertThat(disks).allMatch(Files::exists);
            }
        }
        assertSound(Map.of());
    }

    @Test
    void whatNobodyNeedsLeavesThePackOfWhatIsInUseToo() throws Exception {
        StoreRef used = new StoreRef(StoreRef.Namespace.VMS, "used");
        try (BuildCache cache = open()) {
            SampleStore.image(cache, "used", 1, Instant.now());
            cache.use(used);
            SampleStore.layer(cache, "gone", 2, Instant.now());
        }
        try (BuildCache cache = open()) {
            cache.collect(rules(), false, never);
        }
        // One with pages, of both.
        assertThat(packs()).hasSize(2);
        Tool.git(store(), "update-ref", "-d", "refs/layers/gone");
        try (BuildCache cache = open()) {
            Collected collected = cache.collect(rules(), SampleStore.form(Aim.COMPACT), false, never);
            assertThat(collected.notes()).anyMatch(note -> note.contains("stays: used, run on"));
        }
        assertThat(Tool.git(store(), "cat-file", "--batch-check", "--batch-all-objects")
                        .lines())
                .hasSize((int) Tool.git(store(), "rev-list", "--all", "--objects")
                        .lines()
                        .count());
        assertSound(Map.of());
    }
}
