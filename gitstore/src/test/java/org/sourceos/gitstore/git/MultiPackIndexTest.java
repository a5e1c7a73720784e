package org.sourceos.gitstore.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.SampleTrees;
import org.sourceos.gitstore.Tool;
import org.sourceos.gitstore.collect.SampleStore;
import org.sourceos.gitstore.tree.ListTree;
import org.sourceos.host.Cancellation;

/** Git's one index for many packs: git reads ours, we read git's, and a wrong one costs nothing but time. */
class MultiPackIndexTest {
    private static final Cancellation NEVER = new Cancellation();

    @TempDir
    private Path folder;

    private Path store;
    private Path packs;
    private Path file;

    @BeforeEach
    void fill() throws Exception {
        store = folder.resolve("store");
        packs = store.resolve(".git/objects/pack");
        file = packs.resolve("multi-pack-index");
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            for (int i = 0; i < 9; i++) {
                SampleStore.layer(cache, "layer-" + i, i, SampleStore.NOW);
            }
        }
    }

    private GitObjects objects() {
        return new GitObjects(store.resolve(".git/objects"));
    }

    private List<ObjectName> all() throws IOException {
        return Tool.git(store, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
                .lines()
                .map(ObjectName::new)
                .toList();
    }

    private static ObjectName missing(int number) {
        return new ObjectName(String.format("%040x", new java.math.BigInteger(159, new Random(number))));
    }

    private void assertAllIsFound() throws IOException {
        try (GitObjects objects = objects()) {
            for (ObjectName name : all()) {
                assertThat(objects.contains(name)).isTrue();
                assertThat(objects.has(Sha1.bytes(name), name)).isTrue();
                assertThat(Sha1.name(Sha1.start(
                                        objects.open(name).type(),
                                        objects.open(name).size())
                                .digest(objects.open(name).bytes())))
                        .isEqualTo(name);
            }
            for (int i = 0; i < 1000; i++) {
                assertThat(objects.has(Sha1.bytes(missing(i)), missing(i))).isFalse();
            }
            assertThat(objects.contains(missing(1))).isFalse();
            assertThat(objects.find(missing(1))).isEmpty();
        }
    }

    private void write() throws IOException {
        try (GitObjects objects = objects()) {
            PackCover.complete(objects, () -> Files.createTempDirectory(folder, "write"));
        }
    }

    private void assertGitIsContent() throws Exception {
        assertThat(Tool.tryRun("git", "-C", store.toString(), "multi-pack-index", "verify", "--no-progress")
                        .stderrTail())
                .isEmpty();
        assertThat(Tool.fsck(store)).isEmpty();
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            assertThat(cache.verify(NEVER)).isEmpty();
        }
    }

    private Set<String> covered() throws IOException {
        return new TreeSet<>(MultiPackIndex.open(file).orElseThrow().packs());
    }

    private Set<String> indexes() throws IOException {
        try (var files = Files.list(packs)) {
            return files.map(each -> each.getFileName().toString())
                    .filter(name -> name.endsWith(".idx"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void manyPacksGetOneIndexThatGitAccepts() throws Exception {
        assertThat(file).exists();
        assertThat(Files.getPosixFilePermissions(file)).hasSize(3);
        int before = covered().size();
        assertThat(indexes()).hasSizeGreaterThan(before).hasSizeLessThanOrEqualTo(before + 12);
        assertGitIsContent();
        assertAllIsFound();
        write();
        assertThat(covered()).isEqualTo(indexes());
        assertGitIsContent();
        assertAllIsFound();
    }

    @Test
    void whatIsMergedIsWhatIsMadeAnew() throws Exception {
        write();
        byte[] merged = Files.readAllBytes(file);
        Files.delete(file);
        write();
        assertThat(Files.readAllBytes(file)).isEqualTo(merged);
    }

    @Test
    void gitsOwnIsRead() throws Exception {
        Files.delete(file);
        Tool.git(store, "multi-pack-index", "write", "--no-progress");
        assertThat(covered()).isEqualTo(indexes());
        assertAllIsFound();
        try (GitObjects objects = objects()) {
            assertThat(objects.catalogue().now().others()).isEmpty();
        }
        byte[] ofGit = Files.readAllBytes(file);
        Files.delete(file);
        write();
        assertThat(Files.readAllBytes(file)).isEqualTo(ofGit);
    }

    @Test
    void ofTwoCopiesThatIsNamedWhichMachinesReadFrom() throws Exception {
        Path other = folder.resolve("other");
        try (BuildCache cache = BuildCache.open(other, NEVER)) {
            cache.ingestCompressed(SampleStore.files(1), NEVER);
            cache.ingestCompressed(SampleStore.files(2), NEVER);
        }
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            cache.adopt(other.resolve(".git/objects/pack"), NEVER);
        }
        write();
        assertGitIsContent();
        ObjectName large = new ObjectName(Tool.git(store, "rev-parse", "refs/layers/layer-1:layer/root/large")
                .strip());
        try (GitObjects objects = objects()) {
            PackList.Place place = Optional.ofNullable(objects.catalogue().now().covered(Sha1.bytes(large)))
                    .orElseThrow();
            assertThat(PackWriter.Paging.of(place.pack().file())).isEqualTo(PackWriter.Paging.ONE_LAYER);
            assertThat(objects.pages(large)).isPresent();
        }
    }

    @Test
    void packsThatAreGoneAreNotMissed() throws Exception {
        write();
        // As if somebody had repacked with a git that knows nothing of it, and a collection had been killed.
        try (GitObjects reader = objects()) {
            ObjectName some = all().get(5);
            reader.open(some);
            byte[] index = Files.readAllBytes(file);
            Tool.git(store, "repack", "-adfq");
            for (Path keep : Files.list(packs)
                    .filter(f -> f.toString().endsWith(".keep"))
                    .toList()) {
                Files.delete(keep);
            }
            Tool.git(store, "repack", "-adfq");
            Files.write(file, index);
            assertThat(indexes()).hasSize(1);
            for (ObjectName name : Tool.git(store, "-c", "core.multiPackIndex=false", "rev-list", "--all", "--objects")
                    .lines()
                    .map(line -> new ObjectName(line.substring(0, 40)))
                    .toList()) {
                reader.open(name).bytes();
                try (GitObjects fresh = objects()) {
                    fresh.open(name).bytes();
                    assertThat(fresh.contains(name)).isTrue();
                }
            }
            ObjectName gone = missing(3);
            assertThat(reader.contains(gone)).isFalse();
        }
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            assertThat(cache.verify(NEVER))
                    .anyMatch(finding -> finding.toString().contains("not there"));
            assertThat(cache.repair(NEVER).left()).isEmpty();
        }
        assertGitIsContent();
    }

    @Test
    void anIndexOfPacksThatAreGoneDoesNotMakeAnIngestLeaveSomethingOut() throws Exception {
        write();
        try (var files = Files.list(packs)) {
            for (Path each : files.filter(f -> f.getFileName().toString().startsWith("pack-"))
                    .toList()) {
                Files.delete(each);
            }
        }
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            for (int i = 0; i < 9; i++) {
                SampleStore.layer(cache, "layer-" + i, i, SampleStore.NOW);
            }
            cache.collect(SampleStore.rules(5), false, NEVER);
        }
        assertGitIsContent();
        assertAllIsFound();
    }

    @Test
    void besideCollectionsNoPackIsNamedThatIsGoneAndNothingIsMissed() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        FutureTask<Void> writer = new FutureTask<>(() -> {
            try {
                for (int i = 0; i < 5; i++) {
                    try (BuildCache cache = BuildCache.open(store, NEVER)) {
                        for (int k = 0; k < 8; k++) {
                            SampleStore.layer(cache, "old-" + k, 100 + 8 * i + k, SampleStore.LONG_AGO);
                        }
                        cache.collect(SampleStore.rules(5), false, NEVER);
                    }
                }
                return null;
            } finally {
                done.set(true);
            }
        });
        Thread thread = new Thread(writer, "writer");
        thread.start();
        KnownPacks known = new KnownPacks();
        List<ObjectName> kept = Tool.git(store, "rev-list", "--objects", "refs/layers/layer-3")
                .lines()
                .map(line -> new ObjectName(line.substring(0, 40)))
                .toList();
        while (!done.get()) {
            assertNoPackIsNamedThatIsGone();
            try (GitObjects keeping = new GitObjects(store.resolve(".git/objects"), known);
                    GitObjects fresh = objects()) {
                for (ObjectName name : kept) {
                    keeping.open(name).bytes();
                    fresh.open(name).bytes();
                }
            }
        }
        writer.get();
        assertThat(covered()).isEqualTo(indexes());
        assertGitIsContent();
    }

    private void assertNoPackIsNamedThatIsGone() throws IOException {
        try {
            FileStamp before = FileStamp.of(file);
            for (String name : MultiPackIndex.open(file).orElseThrow().packs()) {
                boolean there = Files.exists(packs.resolve(name));
                assertThat(there || !FileStamp.of(file).looksLike(before))
                        .as(name)
                        .isTrue();
            }
        } catch (NoSuchFileException | NoSuchElementException e) {
            // It is gone, as it has to be before a pack is.
        }
    }

    @Test
    void aDamagedOneIsFoundAndWrittenAnewAndIsNotMerged() throws Exception {
        write();
        byte[] sound = Files.readAllBytes(file);
        byte[] damaged = sound.clone();
        damaged[damaged.length - 40] ^= 1;
        replace(damaged);
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            assertThat(cache.verify(NEVER)).singleElement().asString().contains("multi-pack-index");
            assertThat(cache.repair(NEVER).left()).isEmpty();
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(sound);
        replace(damaged);
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            for (int i = 20; i < 28; i++) {
                SampleStore.layer(cache, "layer-" + i, i, SampleStore.NOW);
            }
        }
        assertGitIsContent();
        assertAllIsFound();
    }

    @Test
    void aMissingByteOfANameHidesNothing() throws Exception {
        write();
        byte[] bytes = Files.readAllBytes(file);
        MultiPackIndex index = MultiPackIndex.open(file).orElseThrow();
        byte[] name = new byte[20];
        index.copyName(index.count() / 2, name, 0);
        for (int at = 0; at < bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + 20, name, 0, 20)) {
                bytes[at + 19] ^= 1;
                break;
            }
        }
        replace(bytes);
        try (GitObjects objects = objects()) {
            assertThat(objects.open(Sha1.name(name)).bytes()).isNotNull();
        }
    }

    private void replace(byte[] bytes) throws IOException {
        Files.delete(file);
        Files.write(file, bytes);
    }

    @Test
    void noHostileOneBreaksALookUp() throws Exception {
        write();
        byte[] sound = Files.readAllBytes(file);
        List<ObjectName> all = all();
        Random random = new Random(Long.getLong("hostile.seed", 1));
        int rounds = Integer.getInteger("hostile", 200);
        for (int round = 0; round < rounds; round++) {
            byte[] hostile = hostile(sound, random);
            replace(hostile);
            try (GitObjects objects = objects()) {
                for (int i = 0; i < 40; i++) {
                    ObjectName name = all.get(random.nextInt(all.size()));
                    try {
                        objects.has(Sha1.bytes(name), name);
                        objects.pages(name);
                        byte[] bytes = objects.open(name).bytes();
                        assertThat(Sha1.name(Sha1.start(objects.open(name).type(), bytes.length)
                                        .digest(bytes)))
                                .isEqualTo(name);
                    } catch (CorruptObjectException e) {
                        // What it pointed to was compared with the name.
                    } catch (IOException e) {
                        assertThat(e).hasMessageContaining("too large to be read at once"); // so it seemed there
                    }
                }
                assertThat(objects.find(missing(round))).isEmpty();
            } catch (RuntimeException e) {
                throw new AssertionError("round " + round, e);
            }
            assertThat(new MultiPackIndexCheck(packs, NEVER).run().isPresent() || Arrays.equals(hostile, sound))
                    .as("round %d is found", round)
                    .isTrue();
        }
    }

    /** Cut short, with wrong numbers in its head, with bytes changed anywhere. */
    private static byte[] hostile(byte[] sound, Random random) {
        byte[] bytes = sound.clone();
        switch (random.nextInt(5)) {
            case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> {
                for (int i = 0; i < 4; i++) {
                    bytes[random.nextInt(12 + 5 * 12)] = (byte) random.nextInt(256);
                }
            }
            case 2 -> {
                // The places of objects, at its end: packs that there are not, offsets beyond any pack.
                for (int i = 0; i < 200; i++) {
                    bytes[bytes.length - 20 - 1 - random.nextInt(1500)] = (byte) random.nextInt(256);
                }
            }
            case 3 -> bytes[8 + random.nextInt(4)] ^= (byte) (1 << random.nextInt(8));
            default -> {
                for (int i = 0; i < 20; i++) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
        }
        return bytes;
    }

    @Test
    void offsetsBeyondThirtyTwoBitsAreKept() throws Exception {
        for (long largest : new long[] {1L << 31, (1L << 32) - 1, 1L << 32, 1L << 40}) {
            long[] offsets = {12, Integer.MAX_VALUE, 1L << 31, largest};
            NameMerge merged =
                    NameMerge.of(List.of(new NameMerge.Source(names(offsets), new int[] {0})), (pack, than) -> false);
            Path written = folder.resolve("written");
            try (var out = Files.newOutputStream(written)) {
                new MultiPackIndexFile(List.of("pack-" + "1".repeat(40) + ".idx"), merged).write(out);
            }
            MultiPackIndex read = MultiPackIndex.open(written).orElseThrow();
            assertThat(read.isSound()).isTrue();
            for (int i = 0; i < offsets.length; i++) {
                assertThat(read.offset(i)).isEqualTo(offsets[i]);
            }
        }
    }

    private static SortedNames names(long[] offsets) {
        return new SortedNames() {
            @Override
            public int count() {
                return offsets.length;
            }

            @Override
            public long head(int position) {
                return (long) position << 60;
            }

            @Override
            public void copyName(int position, byte[] to, int at) {
                Arrays.fill(to, at, at + 20, (byte) 0);
                to[at] = (byte) (position << 4);
            }

            @Override
            public int pack(int position) {
                return 0;
            }

            @Override
            public long offset(int position) {
                return offsets[position];
            }
        };
    }

    @Test
    void whatOthersWriteIsNoticedByWhoKeepsWhatItKnows() throws Exception {
        KnownPacks known = new KnownPacks();
        Path folderOfObjects = store.resolve(".git/objects");
        for (int i = 0; i < 20; i++) {
            ObjectName added;
            try (BuildCache other = BuildCache.open(store, NEVER)) {
                added = other.ingest(
                                ListTree.builder()
                                        .file("f", 0644, SampleTrees.bytes(1000 + i, 3000))
                                        .build(),
                                NEVER)
                        .tree();
                if (i % 10 == 9) {
                    SampleStore.layer(other, "layer-" + i, i, SampleStore.NOW);
                    other.hold(added);
                    other.collect(SampleStore.rules(5), false, NEVER);
                }
            }
            try (GitObjects objects = new GitObjects(folderOfObjects, known)) {
                if (i % 10 != 9) {
                    assertThat(objects.contains(added)).isTrue();
                    objects.open(added).bytes();
                }
                assertThat(objects.open(new ObjectName(Tool.git(store, "rev-parse", "refs/layers/layer-1^{tree}")
                                        .strip()))
                                .bytes())
                        .isNotEmpty();
            }
        }
    }
}
