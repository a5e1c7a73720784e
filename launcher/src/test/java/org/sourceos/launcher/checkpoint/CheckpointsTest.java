package org.sourceos.launcher.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.Part;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.collect.KeepRules;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.gitstore.tree.ListTree;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.RootMode;
import org.sourceos.launcher.qemu.TscFrequency;
import org.sourceos.launcher.qemu.VmSpec;

/** What is kept of a machine, in a real store; the machine's memory is made up. */
class CheckpointsTest {
    private static final Cancellation NEVER = new Cancellation();
    private static final int MIB = 40;
    private static final QemuIdentity QEMU = new QemuIdentity("7.2.22", "Somebody's");
    private static final byte[] STATE = "the devices".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    @TempDir
    private Path folder;

    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private BuildCache cache;
    private ImageManifest image;
    private Path disk;

    @BeforeEach
    void fill() throws Exception {
        cache = BuildCache.open(folder.resolve("store"), NEVER);
        StoredLayer layer = cache.ingest(
                ListTree.builder().file("bin/program", 0755, "a program").build(), NEVER);
        StoredLayer kernel = cache.ingest(
                ListTree.builder().file("vmlinux", 0644, "a kernel").build(), NEVER);
        disk = cache.erofsImage(layer, NEVER);
        image = new ImageManifest(
                "program",
                "1",
                new Digest("1".repeat(64)),
                new ImageManifest.KernelPart(
                        new Digest("2".repeat(64)), "6.1", List.of(), kernel.tree(), kernel.digest()),
                List.of(new ImageManifest.LayerPart("program", layer.tree(), layer.digest(), layer.bytes())),
                new ImageManifest.RunDefaults(
                        List.of("program"), new TreeMap<>(), "none", List.of(), MIB, 1, "overlayfs", "none"));
    }

    @AfterEach
    void close() {
        cache.close();
    }

    private Checkpoints checkpoints() {
        return new Checkpoints(cache, Clock.fixed(now, ZoneOffset.UTC), NEVER);
    }

    private Subject subject() {
        VmSpec spec = new VmSpec(
                "program",
                disk,
                disk,
                List.of(disk),
                RootMode.OVERLAYFS,
                MIB,
                1,
                new Network.None(),
                List.of(),
                Accel.TCG,
                TscFrequency.ofHost());
        return new Subject("web", "0123", image, spec, "{\"anything\":1}");
    }

    private static Captured captured(String... connections) {
        return new Captured(STATE, QEMU, Duration.ofMillis(7), Duration.ofMillis(70), List.of(connections));
    }

    /** A memory with so many different pages, and some that are equal. */
    private static void memory(Path ram, int pages, int changed) throws IOException {
        try (RamFile file = RamFile.create(ram, (long) MIB << 20)) {
            for (int i = 0; i < pages; i++) {
                byte[] page = new byte[RamFile.PAGE];
                new Random(i == changed ? -1 : i % 1000).nextBytes(page);
                file.put((long) i * 7 % (MIB * 256) * RamFile.PAGE, page, 0);
            }
        }
    }

    private Checkpoint save(String name, int changed, String... connections) throws Exception {
        try (Checkpoints.Draft draft = checkpoints().begin()) {
            memory(draft.ram(), 1100, changed);
            return checkpoints().save(name, draft, subject(), captured(connections));
        }
    }

    private byte[] open(Checkpoint checkpoint) throws Exception {
        try (Checkpoints.Opened opened = checkpoints().open(checkpoint, List.of(disk), text -> {})) {
            assertThat(opened.state()).isEqualTo(STATE);
            return Files.readAllBytes(opened.ram());
        }
    }

    private Path ram(Checkpoint checkpoint) {
        return folder.resolve("store/checkpoints/" + checkpoint.tree() + "/ram");
    }

    private void collect() throws Exception {
        now = Instant.now().plus(Duration.ofDays(100));
        cache.close();
        cache = BuildCache.open(folder.resolve("store"), NEVER);
        cache.collect(new KeepRules(1, Duration.ofDays(1), Set.of(), Set.of(), now), false, NEVER);
    }

    private long objectBytes() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("store/.git/objects"))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @Test
    void aMemoryIsMadeAgainWhenItsFileIsGone() throws Exception {
        Checkpoint saved = save("one", -1);
        assertThat(checkpoints().named("one")).isEqualTo(saved);
        assertThat(saved.usedBytes()).isEqualTo(1100L * RamFile.PAGE);
        assertThat(saved.newBytes()).isEqualTo(1000L * RamFile.PAGE);
        byte[] before = open(saved);
        org.sourceos.host.Directories.remove(folder.resolve("store/checkpoints"));
        assertThat(open(saved)).isEqualTo(before);
        assertThat(cache.verify(NEVER)).isEmpty();
        assertThat(cache.usage(NEVER).refs())
                .anySatisfy(usage -> assertThat(usage.toString()).contains("refs/checkpoints/one"));
    }

    @Test
    void theStoreStaysOpenAndWhatWasInMemoryIsNobodyElses() throws Exception {
        Path git = folder.resolve("store/.git");
        Files.setPosixFilePermissions(git, PosixFilePermissions.fromString("rwxr-xr-x"));
        byte[] secret = "correct horse battery staple".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        Checkpoint saved;
        try (Checkpoints.Draft draft = checkpoints().begin()) {
            try (RamFile file = RamFile.create(draft.ram(), (long) MIB << 20)) {
                file.put(7L * RamFile.PAGE, java.util.Arrays.copyOf(secret, RamFile.PAGE), 0);
            }
            saved = checkpoints().save("one", draft, subject(), captured());
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(git)))
                .isEqualTo("rwxr-xr-x");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(git.resolve("checkpoints.key"))))
                .isEqualTo("rw-------");
        String everything = new ProcessRunner()
                .output(
                        Command.of(
                                "git",
                                "-c",
                                "safe.directory=*",
                                "-C",
                                git.toString(),
                                "cat-file",
                                "--batch",
                                "--batch-all-objects"),
                        NEVER);
        assertThat(everything)
                .contains("a kernel", "\"memory_sha256\"")
                .doesNotContain("correct horse", "the devices", "anything", "SOSPAGES");
        org.sourceos.host.Directories.remove(folder.resolve("store/checkpoints"));
        assertThat(java.util.Arrays.copyOfRange(open(saved), 7 * RamFile.PAGE, 7 * RamFile.PAGE + secret.length))
                .isEqualTo(secret);
        assertThat(checkpoints().named("one").record()).isEqualTo("{\"anything\":1}");

        Files.write(git.resolve("checkpoints.key"), new byte[32]);
        assertThatThrownBy(() -> checkpoints().named("one")).hasMessageContaining("another key");
        Files.delete(git.resolve("checkpoints.key"));
        assertThatThrownBy(() -> checkpoints().named("one"))
                .hasMessageContaining("the key of the store's checkpoints is missing");
        assertThat(checkpoints().list()).singleElement().asString().contains("checkpoints.key");
    }

    @Test
    void oneThatWasMadeBeforeThereWereSealsIsReadAndNothingIsTakenOverFromIt() throws Exception {
        Checkpoint sealed = save("sealed", -1);
        byte[] page = new byte[RamFile.PAGE];
        new Random(3).nextBytes(page);
        PageIndex index = new PageIndex(
                (long) MIB << 20,
                List.of(1),
                List.of(new PageIndex.Page(
                        2, 0, 0, java.nio.ByteBuffer.wrap(sha256(page), 0, PageIndex.DIGEST_BYTES))));
        Path ram = folder.resolve("plain-ram");
        try (RamFile file = RamFile.create(ram, (long) MIB << 20)) {
            file.put(2L * RamFile.PAGE, page, 0);
        }
        String digest =
                org.sourceos.launcher.template.SparseRam.of(ram, NEVER).digest().hex();
        String json = CheckpointJson.write(sealed, Seal.of(folder.resolve("store/.git")))
                .replace("\"schema\": 2", "\"schema\": 1")
                .replace(sealed.memory().hex(), digest)
                .replaceFirst("\"record_sealed\": \"[^\"]*\"", "\"record\": {\"plain\":1}");
        StoredLayer memory =
                cache.ingest(ListTree.builder().file("00000", 0600, page).build(), NEVER);
        cache.publish(
                new StoreRef(StoreRef.Namespace.CHECKPOINTS, "plain"),
                Map.of(
                        "checkpoint.json",
                        new Part.Document(json.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                        "state",
                        new Part.Document(STATE),
                        "pages",
                        new Part.Document(index.encode()),
                        "memory/000",
                        new Part.Tree(memory.tree()),
                        "image/manifest.json",
                        new Part.Document(image.toJson().getBytes(java.nio.charset.StandardCharsets.UTF_8))),
                "plain",
                now);
        Checkpoint plain = checkpoints().named("plain");
        assertThat(plain.record()).isEqualTo("{\"plain\":1}");
        assertThat(java.util.Arrays.copyOfRange(open(plain), 2 * RamFile.PAGE, 3 * RamFile.PAGE))
                .isEqualTo(page);
    }

    private static byte[] sha256(byte[] bytes) throws Exception {
        return java.security.MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    @Test
    void whatTwoShareIsKeptOnceAndForBoth() throws Exception {
        Checkpoint first = save("first", -1);
        long one = objectBytes();
        Checkpoint second = save("second", 5);
        assertThat(second.newBytes()).isEqualTo(RamFile.PAGE);
        assertThat(objectBytes() - one).isLessThan(one / 10);
        byte[] memory = open(second);
        assertThat(memory).isNotEqualTo(open(first));

        checkpoints().remove("first");
        assertThat(ram(first)).doesNotExist();
        collect();
        assertThat(cache.find(new StoreRef(StoreRef.Namespace.CHECKPOINTS, "second")))
                .isPresent();
        org.sourceos.host.Directories.remove(folder.resolve("store/checkpoints"));
        assertThat(open(checkpoints().named("second"))).isEqualTo(memory);
        // Its image stays with it: nothing else has it.
        assertThat(cache.file(cache.layer(image.kernel().tree()), "vmlinux", NEVER))
                .hasContent("a kernel");
        assertThat(disk).exists();

        checkpoints().remove("second");
        collect();
        assertThat(objectBytes()).isLessThan(one / 10);
        assertThat(disk).doesNotExist();
    }

    @Test
    void aCollectionRemovesMemoriesOfWhatIsGoneAndOfWhatIsOld() throws Exception {
        Checkpoint kept = save("kept", -1);
        Path stray = Files.createDirectories(folder.resolve("store/checkpoints/" + "a".repeat(40)));
        Path dead = Files.createDirectories(folder.resolve("store/checkpoints/.begun-dead"));
        Files.writeString(dead.resolve("ram"), "half");
        save("other", 3);
        assertThat(dead).doesNotExist();
        assertThat(stray).exists();
        collect();
        assertThat(stray).doesNotExist();
        // It can be made again.
        assertThat(ram(kept)).doesNotExist();
        assertThat(open(checkpoints().named("kept"))).hasSize(MIB << 20);
    }

    @Test
    void damageIsFoundBeforeItIsUsed() throws Exception {
        Checkpoint saved = save("one", -1);
        byte[] before = open(saved);
        flip(ram(saved), 7L * RamFile.PAGE);
        assertThat(open(saved)).isEqualTo(before);

        org.sourceos.host.Directories.remove(folder.resolve("store/checkpoints"));
        Path pack = largestPack();
        Files.setPosixFilePermissions(pack, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        flip(pack, Files.size(pack) / 2);
        cache.close();
        cache = BuildCache.open(folder.resolve("store"), NEVER);
        assertThatThrownBy(() -> open(saved)).hasMessageContaining("store verify");
        assertThat(cache.verify(NEVER)).isNotEmpty();
        assertThat(folder.resolve("store/checkpoints/" + saved.tree())).doesNotExist();
    }

    private Path largestPack() throws IOException {
        try (Stream<Path> packs = Files.list(folder.resolve("store/.git/objects/pack"))) {
            return packs.filter(file -> file.toString().endsWith(".pack"))
                    .max(java.util.Comparator.comparing(file -> file.toFile().length()))
                    .orElseThrow();
        }
    }

    private static void flip(Path file, long at) throws IOException {
        try (var channel = java.nio.channels.FileChannel.open(
                file, java.nio.file.StandardOpenOption.READ, java.nio.file.StandardOpenOption.WRITE)) {
            var one = java.nio.ByteBuffer.allocate(1);
            channel.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 1)).rewind();
            channel.write(one, at);
        }
    }

    @Test
    void otherDisksOtherQemusAndOpenConnectionsAreSaid() throws Exception {
        Checkpoint saved = save("one", -1);
        Path other = folder.resolve("other");
        Files.writeString(other, "other bytes");
        assertThatThrownBy(() -> checkpoints().open(saved, List.of(other), text -> {}))
                .hasMessageContaining("disks");
        assertThat(saved.verdict(Optional.of(QEMU)).restoreClass()).isEqualTo(RestoreClass.SAFE);
        assertThat(saved.verdict(QemuIdentity.parse("QEMU emulator version 7.2.23 (Somebody's)\n")))
                .isEqualTo(new Verdict(
                        RestoreClass.REFUSED,
                        "it was saved by QEMU 7.2.22 (Somebody's), and this is QEMU 7.2.23 (Somebody's)"));
        Checkpoint connected = save("two", -1, "10.0.2.15:80 to 10.0.2.2:4711");
        assertThat(connected.verdict(Optional.of(QEMU)).restoreClass()).isEqualTo(RestoreClass.RESTART);
        assertThat(connected.verdict(Optional.of(QEMU)).reason())
                .contains("4711")
                .contains("1 connection was open");
    }

    @Test
    void aNameIsFreeAndCanBeOne() throws Exception {
        assertThat(checkpoints().name(Optional.empty(), "web")).isEqualTo("web-1");
        save("web-1", -1);
        assertThat(checkpoints().name(Optional.empty(), "web")).isEqualTo("web-2");
        assertThatThrownBy(() -> checkpoints().name(Optional.of("web-1"), "web"))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("checkpoint rm web-1");
        assertThatThrownBy(() -> checkpoints().name(Optional.of("../x"), "web"))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("cannot be called");
        assertThatThrownBy(() -> checkpoints().named("absent")).hasMessageContaining("checkpoint ls");
        List<String> names = new ArrayList<>();
        checkpoints().list().forEach(listed -> names.add(listed.name()));
        assertThat(names).containsExactly("web-1");
    }

    @Test
    void aListOfPagesThatPointsOutsideIsRefused() throws Exception {
        byte[] encoded = new PageIndex(
                        8 * RamFile.PAGE,
                        List.of(3),
                        List.of(new PageIndex.Page(5, 0, 2, java.nio.ByteBuffer.allocate(PageIndex.DIGEST_BYTES))))
                .encode();
        assertThat(PageIndex.decode(encoded).encode()).isEqualTo(encoded);
        for (int at = 0; at < encoded.length - PageIndex.DIGEST_BYTES; at++) {
            if ((at >= 12 && at < 20) || (at >= 24 && at < 28)) {
                continue; // sizes: what they must be is known elsewhere
            }
            byte[] changed = encoded.clone();
            changed[at] ^= (byte) 0x88;
            int place = at;
            assertThatThrownBy(() -> PageIndex.decode(changed))
                    .as("byte " + place)
                    .isInstanceOf(IOException.class);
        }
    }
}
