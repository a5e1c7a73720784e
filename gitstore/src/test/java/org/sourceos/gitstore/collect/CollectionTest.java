package org.sourceos.gitstore.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.Part;
import org.sourceos.gitstore.SampleTrees;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoreRef.Namespace;
import org.sourceos.gitstore.StoredItem;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.Tool;
import org.sourceos.gitstore.generation.Generations;
import org.sourceos.gitstore.lease.LastingLease;
import org.sourceos.gitstore.lease.Lease;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.host.Cancellation;

class CollectionTest {
    private static final Cancellation NEVER = new Cancellation();

    @TempDir
    private Path folder;

    private Path store;

    @BeforeEach
    void place() {
        store = folder.resolve("store");
    }

    private BuildCache open() throws StoreException {
        return BuildCache.open(store, NEVER);
    }

    private Collected collect(int generations) throws StoreException {
        try (BuildCache cache = open()) {
            return cache.collect(SampleStore.rules(generations), false, NEVER);
        }
    }

    private List<String> refs() throws IOException {
        return Tool.git(store, "for-each-ref", "--format=%(refname)").lines().toList();
    }

    private void assertSound() throws Exception {
        assertThat(Tool.fsck(store)).isEmpty();
        try (BuildCache cache = open()) {
            assertThat(cache.verify(NEVER)).isEmpty();
        }
    }

    private static Map<String, String> contents(Path folder) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = folder.relativize(file).toString();
                if (!name.endsWith("lock")) {
                    contents.put(name, Files.size(file) + " " + Files.getLastModifiedTime(file));
                }
            }
        }
        return contents;
    }

    @Test
    void oldGenerationsGoWithAllThatOnlyTheyNeed() throws Exception {
        SampleStore.fill(store);

        Collected collected = collect(3);

        assertThat(refs())
                .contains("refs/system/generations/8", "refs/system/generations/6", "refs/vms/program-8")
                .contains("refs/system/current", "refs/system/latest", "refs/layers/new")
                .doesNotContain("refs/system/generations/5", "refs/vms/program-5", "refs/layers/old");
        assertThat(refs().stream().filter(ref -> ref.startsWith("refs/system/configurations/")))
                .hasSize(3);
        assertThat(collected.refs())
                .anySatisfy(fate -> assertThat(fate.ref() + fate.kept() + fate.reason())
                        .isEqualTo("refs/system/generations/7trueit counted before the current one"));
        assertSound();
        assertThat(Tool.git(store, "rev-list", "refs/system/current").lines()).hasSize(3);
        assertThat(Tool.git(store, "log", "--oneline", "refs/system/current").lines())
                .hasSize(3);
        Path clone = folder.resolve("clone");
        Tool.git(store, "clone", "--quiet", "--mirror", "file://" + store, clone.toString());
        assertThat(Tool.fsck(clone)).isEmpty();
        try (BuildCache cache = open()) {
            Generations generations = new Generations(cache);
            assertThat(generations.newest(10)).hasSize(3);
            assertThat(generations.before(generations.find(6).orElseThrow())).isEmpty();
        }
    }

    @Test
    void whatStaysIsExactlyWhatIsReachable() throws Exception {
        SampleStore.fill(store);

        Collected collected = collect(2);

        long all = Tool.git(store, "cat-file", "--batch-check", "--batch-all-objects")
                .lines()
                .count();
        long reachable =
                Tool.git(store, "rev-list", "--all", "--objects").lines().count();
        assertThat(all).isEqualTo(reachable);
        assertThat(collected.freed())
                .anySatisfy(freed -> assertThat(freed.kind()).isEqualTo("objects"));
        // One of what is compressed, one that machines read from.
        try (Stream<Path> packs = Files.list(store.resolve(".git/objects/pack"))) {
            assertThat(packs.filter(file -> file.toString().endsWith(".pack"))).hasSize(2);
        }
        Map<String, String> before = contents(store.resolve(".git/objects"));
        Collected again = collect(2);
        assertThat(again.freed()).isEmpty();
        assertThat(contents(store.resolve(".git/objects"))).isEqualTo(before);
    }

    @Test
    void aDryRunChangesNothingAndSaysTheSame() throws Exception {
        SampleStore.fill(store);
        Map<String, String> before = contents(store);
        Collected would;
        try (BuildCache cache = open()) {
            would = cache.collect(SampleStore.rules(3), true, NEVER);
        }

        assertThat(contents(store)).isEqualTo(before);
        Collected did = collect(3);
        assertThat(did.refs()).isEqualTo(would.refs());
        assertThat(did.freed().get(0)).isEqualTo(would.freed().get(0));
        assertThat(did.freed().get(1).count()).isEqualTo(would.freed().get(1).count());
    }

    @Test
    void whatWasUsedLatelyStaysWithoutAnyGeneration() throws Exception {
        StoreRef daily = SampleStore.ref(Namespace.VMS, "daily");
        StoreRef forgotten = SampleStore.ref(Namespace.VMS, "forgotten");
        Instant now = Instant.now();
        try (BuildCache cache = open()) {
            SampleStore.image(cache, "daily", 1, now.minus(Duration.ofDays(400)));
            SampleStore.image(cache, "forgotten", 2, now.minus(Duration.ofDays(400)));
            cache.use(daily);
        }
        KeepRules rules = new KeepRules(5, KeepRules.SINCE, Set.of(), Set.of(), now);
        try (BuildCache cache = open()) {
            cache.collect(rules, false, NEVER);
            assertThat(cache.find(daily)).isPresent();
            assertThat(cache.find(forgotten)).isEmpty();
        }
        assertSound();
    }

    @Test
    void whatASwitchOrAnotherProfileNeedsStays() throws Exception {
        SampleStore.fill(store);
        KeepRules rules = new KeepRules(1, KeepRules.SINCE, Set.of(2), Set.of(), SampleStore.NOW);
        try (BuildCache cache = open()) {
            cache.collect(rules, false, NEVER);
        }

        assertThat(refs().stream().filter(ref -> ref.startsWith("refs/system/generations/")))
                .containsExactly("refs/system/generations/2", "refs/system/generations/7", "refs/system/generations/8");
        assertSound();
    }

    @Test
    void aPinnedSourceAndWhatGitMadeStay() throws Exception {
        try (BuildCache cache = open()) {
            for (String name : List.of("a", "b")) {
                StoredLayer layer = cache.ingest(SampleStore.files(name.hashCode()), NEVER);
                cache.publish(
                        SampleStore.ref(Namespace.SOURCES, name.repeat(64)),
                        Map.of("layer", new Part.Tree(layer.tree())),
                        name,
                        SampleStore.LONG_AGO);
            }
        }
        Tool.git(store, "update-ref", "refs/heads/mine", "refs/sources/" + "b".repeat(64));
        try (BuildCache cache = open()) {
            cache.collect(
                    new KeepRules(5, KeepRules.SINCE, Set.of(), Set.of("a".repeat(64)), SampleStore.NOW), false, NEVER);
        }

        assertThat(refs()).containsExactly("refs/heads/mine", "refs/sources/" + "a".repeat(64));
        assertSound();
    }

    @Test
    void whatAnOpenCacheHasStoredButNotPublishedStays() throws Exception {
        SampleStore.fill(store);
        try (BuildCache builder = open()) {
            StoredLayer layer = builder.ingest(SampleStore.files(99), NEVER);
            collect(1);
            StoredItem published = builder.publish(
                    SampleStore.ref(Namespace.LAYERS, "late"),
                    Map.of("layer", new Part.Tree(layer.tree())),
                    "Late",
                    SampleStore.NOW);
            assertThat(builder.find(published.ref())).contains(published);
            assertThat(SampleTrees.differences(builder.files(layer), SampleStore.files(99)))
                    .isEmpty();
        }
        assertSound();
        collect(1);
        assertSound();
        assertThat(refs()).contains("refs/layers/late");
    }

    @Test
    void whoLookedBeforeIsToldWhatIsGone() throws Exception {
        SampleStore.fill(store);
        try (BuildCache builder = open()) {
            StoredItem old =
                    builder.find(SampleStore.ref(Namespace.LAYERS, "old")).orElseThrow();
            Part tree = new Part.Tree(old.tree());
            collect(1);
            assertThatThrownBy(() -> builder.publish(
                            SampleStore.ref(Namespace.LAYERS, "again"), Map.of("x", tree), "x", SampleStore.NOW))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("collected meanwhile");
            // Storing asks what is there now, not what was.
            StoredLayer layer = builder.ingest(SampleStore.files(50), NEVER);
            builder.publish(
                    SampleStore.ref(Namespace.LAYERS, "again"),
                    Map.of("layer", new Part.Tree(layer.tree())),
                    "Again",
                    SampleStore.NOW);
        }
        assertSound();
    }

    @Test
    void aReaderReadsOnWhenPacksAreReplaced() throws Exception {
        SampleStore.fill(store);
        try (BuildCache reader = open()) {
            StoreRef kept = SampleStore.ref(Namespace.LAYERS, "new");
            StoredLayer layer =
                    reader.layer(reader.subtree(reader.find(kept).orElseThrow().tree(), "layer")
                            .orElseThrow());
            FileTree files = reader.files(layer);
            collect(1);
            assertThat(SampleTrees.differences(files, SampleStore.files(51))).isEmpty();
            assertThat(SampleTrees.differences(reader.files(layer), SampleStore.files(51)))
                    .isEmpty();
        }
    }

    @Test
    void disksOfKeptImagesAndThoseInUseStay() throws Exception {
        SampleStore.fill(store);
        Path kept;
        Path used;
        Path unneeded;
        try (BuildCache cache = open()) {
            kept = cache.erofsImage(cache.ingest(SampleStore.files(8), NEVER), NEVER);
            used = cache.erofsImage(cache.ingest(SampleStore.files(1), NEVER), NEVER);
            unneeded = cache.erofsImage(cache.ingest(SampleStore.files(2), NEVER), NEVER);
            Path root = cache.checkout(List.of(cache.ingest(SampleStore.files(3), NEVER)), NEVER);
            Files.setLastModifiedTime(
                    root.resolveSibling(root.getFileName() + ".boot"), FileTime.from(SampleStore.LONG_AGO));
            Files.createDirectories(store.resolve("templates/key"));
            Files.setLastModifiedTime(store.resolve("templates/key"), FileTime.from(SampleStore.LONG_AGO));
            Files.createDirectories(store.resolve("templates/used"));
            Files.writeString(store.resolve("templates/used/template.json"), "{}");
            Files.setLastModifiedTime(store.resolve("templates/used"), FileTime.from(SampleStore.LONG_AGO));
            Files.writeString(store.resolve("templates/lock"), "");
            Files.setLastModifiedTime(store.resolve("templates/lock"), FileTime.from(SampleStore.LONG_AGO));
            collect(1);
            assertThat(root).as("somebody builds in it").exists();
            assertThat(unneeded).exists();
        }
        try (BuildCache machine = open();
                Lease lease = machine.lease(List.of(used))) {
            collect(1);
        }
        assertThat(kept).exists();
        assertThat(used).exists();
        assertThat(unneeded).doesNotExist();
        assertThat(unneeded.resolveSibling(unneeded.getFileName() + ".made")).doesNotExist();
        assertThat(store.resolve("templates/key")).doesNotExist();
        assertThat(store.resolve("templates/used")).exists();
        assertThat(store.resolve("templates/lock")).exists();
        try (Stream<Path> roots = Files.list(store.resolve("roots"))) {
            assertThat(roots).isEmpty();
        }
        collect(1);
        assertThat(used).doesNotExist();
        assertThat(kept).exists();
        assertSound();
    }

    @Test
    void disksOfAMachineThatStaysAreKeptAsLongAsItDoes() throws Exception {
        SampleStore.fill(store);
        Path machine = Files.writeString(folder.resolve("machine"), "");
        Path used;
        Path unneeded;
        try (BuildCache cache = open()) {
            used = cache.erofsImage(cache.ingest(SampleStore.files(1), NEVER), NEVER);
            unneeded = cache.erofsImage(cache.ingest(SampleStore.files(2), NEVER), NEVER);
            LastingLease.begin(store, machine, List.of(used, folder.resolve("elsewhere")), NEVER);
        }
        collect(1);
        assertThat(used).exists();
        assertThat(unneeded).doesNotExist();
        Files.delete(machine);
        collect(1);
        assertThat(used).doesNotExist();
        assertThat(store.resolve("leases")).isEmptyDirectory();
        assertSound();
    }

    @Test
    void packsThatGitMadeWithDeltasAreWrittenAnew() throws Exception {
        SampleStore.fill(store);
        Tool.git(store, "repack", "-adfq", "--depth=50", "--window=50");
        Tool.git(store, "pack-refs", "--all");
        Tool.git(store, "multi-pack-index", "write");
        Tool.git(store, "commit-graph", "write", "--reachable");
        collect(2);
        assertSound();
        assertThat(refs()).doesNotContain("refs/system/generations/5").contains("refs/vms/program-8");
    }

    @Test
    void aDamagedStoreIsNotCollected() throws Exception {
        SampleStore.fill(store);
        collect(4);
        String blob = Tool.git(store, "rev-parse", "refs/vms/program-8:layers/00-own/root/d0/f9")
                .strip();
        List<Path> packs;
        try (Stream<Path> files = Files.list(store.resolve(".git/objects/pack"))) {
            packs = files.filter(f -> f.toString().endsWith(".pack")).toList();
        }
        Path pack = packs.get(0);
        int offset = -1;
        for (Path one : packs) {
            for (String line : Tool.git(store, "verify-pack", "-v", one.toString())
                    .lines()
                    .filter(line -> line.startsWith(blob))
                    .toList()) {
                pack = one;
                offset = Integer.parseInt(line.split(" +", -1)[4]);
            }
        }
        assertThat(offset).isPositive();
        byte[] bytes = Files.readAllBytes(pack);
        bytes[offset + 1000] ^= 1;
        Tool.run("chmod", "u+w", pack.toString());
        Files.write(pack, bytes);
        assertThatThrownBy(() -> collect(1)).isInstanceOf(StoreException.class).hasMessageContaining("store verify");
        assertThat(pack).exists();
    }
}
