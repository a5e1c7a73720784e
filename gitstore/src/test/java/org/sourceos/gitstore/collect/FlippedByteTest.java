package org.sourceos.gitstore.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.DiskRules;
import org.sourceos.gitstore.Finding;
import org.sourceos.gitstore.Repair;
import org.sourceos.gitstore.SampleTrees;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef.Namespace;
import org.sourceos.gitstore.StoredItem;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.Tool;
import org.sourceos.gitstore.git.GitRefs;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.ListTree;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;

/** One bit of one file of a store is changed, and then the store is verified and used. */
class FlippedByteTest {
    private static final Cancellation NEVER = new Cancellation();

    @TempDir
    private Path folder;

    /** What somebody gets who runs an image: what it is made of, as digests of the files a machine would start from. */
    private static Map<String, String> use(Path store) throws StoreException, IOException {
        Map<String, String> used = new TreeMap<>();
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            Optional<StoredItem> found = cache.find(SampleStore.ref(Namespace.VMS, "program"));
            if (found.isEmpty()) {
                throw new StoreException("it is built again: its ref is damaged", new IOException());
            }
            StoredItem image = found.get();
            byte[] json = cache.read(image.tree(), "manifest.json").orElseThrow();
            ImageManifest manifest = ImageManifest.fromJson(new String(json, StandardCharsets.UTF_8));
            used.put("manifest", Digest.of(json).hex());
            for (ImageManifest.LayerPart part : manifest.layers()) {
                StoredLayer layer = cache.layer(part.tree());
                used.put(
                        part.name(),
                        Digest.of(Files.readAllBytes(cache.erofsImage(layer, NEVER)))
                                .hex());
            }
            List<Path> disks = cache.disks(List.of(cache.ingest(large(), NEVER)), new DiskRules(4, 1, true), NEVER);
            assertThat(disks).hasSize(2);
            for (int i = 0; i < 2; i++) {
                used.put(
                        "large " + i,
                        Digest.of(Files.readAllBytes(disks.get(i))).hex());
            }
            Path kernel = cache.file(cache.layer(manifest.kernel().tree()), "vmlinux", NEVER);
            used.put("kernel", Digest.of(Files.readAllBytes(kernel)).hex());
        }
        return used;
    }

    /** An image in a pack, one more thing in loose objects, and the files to boot from. */
    private static void fill(Path store) throws Exception {
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            SampleStore.image(cache, "program", 1, SampleStore.NOW);
        }
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            cache.collect(SampleStore.rules(1), false, NEVER);
            SampleStore.layer(cache, "more", 1, SampleStore.NOW);
            // Files that a machine would read out of a pack, a directory to build in, and refs in one file.
            SampleStore.layer(cache, "large", cache.ingest(large(), NEVER), SampleStore.NOW);
            cache.checkout(List.of(cache.ingest(SampleStore.files(1), NEVER), cache.ingest(large(), NEVER)), NEVER);
        }
        new GitRefs(store.resolve(".git")).pack(1);
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            SampleStore.layer(cache, "loose", 1, SampleStore.NOW);
        }
        use(store);
    }

    private static FileTree large() {
        return ListTree.builder()
                .file("large", 0755, SampleTrees.bytes(4, 150_000))
                .symlink("link", "large")
                .build();
    }

    private static List<Path> files(Path store) throws IOException {
        List<Path> files = new ArrayList<>();
        files.add(store.resolve(".git/packed-refs"));
        for (String part : List.of(".git/objects", ".git/refs", "disks", "roots")) {
            if (!Files.isDirectory(store.resolve(part))) {
                continue;
            }
            try (Stream<Path> all = Files.walk(store.resolve(part))) {
                all.filter(Files::isRegularFile)
                        .filter(file -> !file.toString().matches(".*\\.(made|boot|keep|packs)"))
                        .forEach(files::add);
            }
        }
        return files;
    }

    @Test
    void aFlippedBitIsFoundAndNeverUsedUnnoticed() throws Exception {
        Path store = folder.resolve("store");
        fill(store);
        Map<String, String> expected = use(store);
        Random random = new Random(Long.getLong("flips.seed", 5));
        List<Path> files = files(store);
        assertThat(files).contains(store.resolve(".git/objects/pack/multi-pack-index"));
        int flips = Integer.getInteger("flips", 60);
        for (int i = 0; i < flips; i++) {
            Path file = files.get(i % files.size());
            byte[] sound = Files.readAllBytes(file);
            byte[] damaged = sound.clone();
            int at = random.nextInt(damaged.length);
            int bit = random.nextInt(8);
            damaged[at] ^= (byte) (1 << bit);
            boolean readOnly = !Files.isWritable(file);
            Tool.run("chmod", "u+w", file.toString());
            Files.write(file, damaged);

            String where = "bit " + bit + " of byte " + at + " of " + file;
            try (BuildCache cache = BuildCache.open(store, NEVER)) {
                List<Finding> found = cache.verify(NEVER);
                assertThat(!found.isEmpty() || isHarmless(store, file))
                        .as("%s is found", where)
                        .isTrue();
            }
            try {
                assertThat(use(store)).as("what is used after %s", where).isEqualTo(expected);
            } catch (StoreException e) {
                assertThat(e.getMessage()).as(where).contains("damaged");
            }
            if (!file.startsWith(store.resolve("roots"))) { // whose files have several names
                Files.deleteIfExists(file);
            }
            Files.write(file, sound);
            if (readOnly) {
                Tool.run("chmod", "a-w", file.toString());
            }
        }
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            assertThat(cache.verify(NEVER)).isEmpty();
        }
    }

    /** The last byte of a deflated stream may have bits that mean nothing: git too says that all is well. */
    private static boolean isHarmless(Path store, Path file) throws IOException {
        return file.toString().contains("/objects/")
                && !file.toString().contains("/pack/")
                && Tool.fsck(store).isEmpty();
    }

    @Test
    void aRepairSavesWhatItCanAndForgetsTheRest() throws Exception {
        Random random = new Random(3);
        for (int i = 0; i < 12; i++) {
            Path store = folder.resolve("store" + i);
            fill(store);
            Map<String, String> expected = use(store);
            List<Path> files = files(store);
            Path file = files.get(random.nextInt(files.size()));
            byte[] bytes = Files.readAllBytes(file);
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            Tool.run("chmod", "u+w", file.toString());
            Files.write(file, bytes);

            Repair repair;
            try (BuildCache cache = BuildCache.open(store, NEVER)) {
                repair = cache.repair(NEVER);
            }
            assertThat(repair.left()).as("%s: %s", file, repair.done()).isEmpty();
            assertThat(Tool.fsck(store)).as("%s: %s", file, repair.done()).isEmpty();
            // The next build makes what is gone, and all is as it was.
            try (BuildCache cache = BuildCache.open(store, NEVER)) {
                SampleStore.image(cache, "program", 1, SampleStore.NOW);
            }
            assertThat(use(store)).as("%s: %s", file, repair.done()).isEqualTo(expected);
            try (BuildCache cache = BuildCache.open(store, NEVER)) {
                assertThat(cache.verify(NEVER)).isEmpty();
            }
            Directories.remove(store);
        }
    }

    @Test
    void aDamagedIndexCostsNothing() throws Exception {
        Path store = folder.resolve("store");
        fill(store);
        Path index = files(store).stream()
                .filter(file -> file.toString().endsWith(".idx"))
                .findFirst()
                .orElseThrow();
        Tool.run("chmod", "u+w", index.toString());
        Files.write(index, new byte[2000]);
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            Repair repair = cache.repair(NEVER);
            assertThat(repair.left()).isEmpty();
            assertThat(repair.done()).singleElement().asString().startsWith("saved ");
            assertThat(cache.find(SampleStore.ref(Namespace.VMS, "program"))).isPresent();
        }
        assertThat(Tool.fsck(store)).isEmpty();
    }

    @Test
    void anIndexThatIsGoneCostsNothing() throws Exception {
        Path store = folder.resolve("store");
        fill(store);
        for (Path file : files(store)) {
            if (file.toString().endsWith(".idx") || file.endsWith("multi-pack-index")) {
                Files.delete(file);
            }
        }
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            assertThat(cache.verify(NEVER)).isNotEmpty();
            Repair repair = cache.repair(NEVER);
            assertThat(repair.left()).isEmpty();
            assertThat(repair.done()).isNotEmpty().allMatch(line -> line.endsWith(", which had no index"));
            assertThat(cache.find(SampleStore.ref(Namespace.VMS, "program"))).isPresent();
        }
        assertThat(Tool.fsck(store)).isEmpty();
    }

    @Test
    void plainGitSeesAStoreAgainWhoseHeadWasDamaged() throws Exception {
        Path store = folder.resolve("store");
        fill(store);
        Path head = store.resolve(".git/HEAD");
        Files.writeString(head, Files.readString(head).replaceFirst(":", "*"));
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            assertThat(cache.verify(NEVER)).singleElement().asString().startsWith(head + ": is no HEAD");
            Repair repair = cache.repair(NEVER);
            assertThat(repair.left()).isEmpty();
            assertThat(repair.done()).containsExactly("wrote " + head + " anew");
        }
        assertThat(Tool.fsck(store)).isEmpty();
    }

    @Test
    void aDamagedGenerationStaysUntilItIsBuiltAgain() throws Exception {
        Path store = folder.resolve("store");
        SampleStore.fill(store);
        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            cache.collect(SampleStore.rules(1), false, NEVER);
        }
        String blob = Tool.git(store, "rev-parse", "refs/vms/program-8:layers/00-own/root/d0/f9")
                .strip();
        Path pack = files(store).stream()
                .filter(file -> file.toString().endsWith(".pack"))
                .findFirst()
                .orElseThrow();
        int offset = Tool.git(store, "verify-pack", "-v", pack.toString())
                .lines()
                .filter(line -> line.startsWith(blob))
                .map(line -> Integer.parseInt(line.split(" +")[4]))
                .findFirst()
                .orElseThrow();
        byte[] bytes = Files.readAllBytes(pack);
        bytes[offset + 1000] ^= 1;
        Tool.run("chmod", "u+w", pack.toString());
        Files.write(pack, bytes);

        try (BuildCache cache = BuildCache.open(store, NEVER)) {
            Repair repair = cache.repair(NEVER);
            assertThat(repair.done()).anyMatch(line -> line.startsWith("left refs/system/current"));
            assertThat(repair.left()).isNotEmpty();
            assertThat(cache.find(SampleStore.ref(Namespace.VMS, "program-8"))).isEmpty();
            SampleStore.image(cache, "program-8", 8, SampleStore.NOW);
            assertThat(cache.verify(NEVER)).isEmpty();
        }
        assertThat(Tool.fsck(store)).isEmpty();
    }
}
