package org.sourceos.gitstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.erofs.ErofsReader;
import org.sourceos.gitstore.tree.DirectoryTree;
import org.sourceos.gitstore.tree.ListTree;
import org.sourceos.gitstore.tree.Ownership;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessResult;

class MaterializeTest {
    private final Cancellation never = new Cancellation();

    @TempDir
    Path directory;

    private BuildCache open() throws StoreException {
        return BuildCache.open(directory.resolve("store"), never);
    }

    @Test
    void anImageHoldsExactlyTheLayer() throws Exception {
        try (BuildCache cache = open()) {
            StoredLayer layer = cache.ingest(SampleTrees.everything(), never);

            Path image = cache.erofsImage(layer, never);

            assertThat(SampleTrees.differences(ErofsReader.read(Files.readAllBytes(image)), SampleTrees.everything()))
                    .isEmpty();
        }
    }

    @Test
    void theKernelMountsAnImageAndShowsExactlyTheLayer() throws Exception {
        assumeTrue(Tool.isRoot(), "mounting needs root");
        assumeTrue(Files.readString(Path.of("/proc/filesystems")).contains("erofs"), "this kernel has no EROFS");
        try (BuildCache cache = open()) {
            StoredLayer layer = cache.ingest(SampleTrees.everything(), never);
            Path image = cache.erofsImage(layer, never);
            Path mountPoint = Files.createDirectory(directory.resolve("mnt"));
            ProcessResult mount =
                    Tool.tryRun("mount", "-t", "erofs", "-o", "ro,loop", image.toString(), mountPoint.toString());
            assumeTrue(mount.succeeded() || !mount.stderrTail().contains("loop"), "no loop devices here");
            assertThat(mount.stderrTail()).isEmpty();
            try {
                assertThat(SampleTrees.differences(
                                new DirectoryTree(mountPoint, Ownership.AS_IS), SampleTrees.everything()))
                        .isEmpty();
            } finally {
                Tool.run("umount", mountPoint.toString());
            }
        }
    }

    @Test
    void theFormatsOwnToolFindsNothingWrong() throws Exception {
        assumeTrue(Tool.isInstalled("fsck.erofs"), "erofs-utils is not installed");
        try (BuildCache cache = open()) {
            Path image = cache.erofsImage(cache.ingest(SampleTrees.everything(), never), never);

            ProcessResult fsck = Tool.tryRun("fsck.erofs", "--extract", image.toString());
            assertThat(fsck.exitStatus()).as(fsck.stdout() + fsck.stderrTail()).isZero();
            assertThat(fsck.stderrTail()).doesNotContain("rror");
            assertThat(Tool.run("dump.erofs", "-s", image.toString()))
                    .contains("Filesystem magic number:                      0xE0F5E1E2");
        }
    }

    @Test
    void theSameLayerGivesTheSameImageInEveryStore() throws Exception {
        try (BuildCache cache = open();
                BuildCache other = BuildCache.open(directory.resolve("other"), never)) {
            Path image = cache.erofsImage(cache.ingest(SampleTrees.everything(), never), never);
            Path again = other.erofsImage(other.ingest(SampleTrees.everything(), never), never);

            assertThat(again).hasSameBinaryContentAs(image);
            assertThat(again.getFileName()).isEqualTo(image.getFileName());
        }
    }

    @Test
    void anImageIsMadeOnceAndAgainWhenItIsCutShort() throws Exception {
        try (BuildCache cache = open()) {
            StoredLayer layer = cache.ingest(SampleTrees.everything(), never);
            Path image = cache.erofsImage(layer, never);
            byte[] bytes = Files.readAllBytes(image);
            Object key = Files.readAttributes(image, "unix:ino").get("ino");

            assertThat(cache.erofsImage(layer, never)).isEqualTo(image);
            assertThat(Files.readAttributes(image, "unix:ino").get("ino")).isEqualTo(key);

            Files.write(image, new byte[100]);
            assertThat(cache.verify(never)).singleElement().asString().contains("is not what was written");
            cache.erofsImage(layer, never);
            assertThat(image).hasBinaryContent(bytes);
            assertThat(cache.verify(never)).isEmpty();
        }
    }

    @Test
    void inAnotherBootAnImageIsComparedBeforeItIsUsed() throws Exception {
        try (BuildCache cache = open()) {
            StoredLayer layer = cache.ingest(SampleTrees.everything(), never);
            Path image = cache.erofsImage(layer, never);
            byte[] bytes = Files.readAllBytes(image);
            Path record = image.resolveSibling(image.getFileName() + ".made");
            Files.writeString(record, Files.readString(record).replaceAll("\n[-0-9a-f]{36}\n", "\nanother-boot\n"));
            byte[] damaged = bytes.clone();
            damaged[5000] ^= 1;
            Files.write(image, damaged);

            cache.erofsImage(layer, never);

            assertThat(image).hasBinaryContent(bytes);
        }
    }

    @Test
    void aSingleFileIsNamedByItsContent() throws Exception {
        try (BuildCache cache = open()) {
            byte[] kernel = SampleTrees.bytes(5, 3_000_000);
            StoredLayer layer = cache.ingest(
                    ListTree.builder()
                            .file("boot/vmlinux", 0644, kernel)
                            .symlink("link", "boot")
                            .build(),
                    never);

            Path file = cache.file(layer, "boot/vmlinux", never);

            assertThat(file).hasBinaryContent(kernel).hasFileName(Digest.of(kernel) + "-vmlinux");
            assertThat(cache.file(layer, "boot/vmlinux", never)).isEqualTo(file);
            assertThatThrownBy(() -> cache.file(layer, "boot/none", never))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("boot/none");
            assertThatThrownBy(() -> cache.file(layer, "link", never)).isInstanceOf(StoreException.class);
        }
    }

    @Test
    void aCheckoutIsTheFilesForWhoeverBuilds() throws Exception {
        try (BuildCache cache = open()) {
            StoredLayer layer = cache.ingest(SampleTrees.everything(), never);

            Path root = cache.checkout(List.of(layer), never);

            assertThat(Files.readString(root.resolve("bin/tool"))).isEqualTo("#!/bin/sh\n");
            assertThat(root.resolve("bin/tool")).isExecutable();
            assertThat(Files.isExecutable(root.resolve("etc/passwd")) && !Tool.isRoot())
                    .isFalse();
            assertThat(Files.readSymbolicLink(root.resolve("lib"))).hasToString("usr/lib");
            assertThat(Files.getAttribute(root.resolve("hard/b"), "unix:nlink")).isEqualTo(3);
            assertThat(Files.readString(root.resolve("a-link"))).isEqualTo("linked");
            assertThat(root.resolve("dev/null")).doesNotExist();
            assertThat(root.resolve("fifo")).doesNotExist();
            assertThat(root.resolve("empty")).isEmptyDirectory();
            long stored = SampleTrees.describe(SampleTrees.everything()).stream()
                    .filter(line -> !line.matches("\\S+ (char|block|fifo) .*"))
                    .count();
            assertThat(SampleTrees.describe(new DirectoryTree(root, Ownership.ALL_ROOT)))
                    .hasSize((int) stored);
            assertThat(cache.checkout(List.of(layer), never)).isEqualTo(root);
        }
    }

    @Test
    void severalLayersLieOverEachOtherTheFirstOnTop() throws Exception {
        try (BuildCache cache = open()) {
            StoredLayer top = cache.ingest(
                    ListTree.builder()
                            .file("bin/a", 0755, "top")
                            .file("etc/x", 0644, "x")
                            .symlink("var", "data")
                            .build(),
                    never);
            StoredLayer bottom = cache.ingest(
                    ListTree.builder()
                            .file("bin/a", 0755, "bottom")
                            .file("bin/b", 0755, "b")
                            .file("var/log", 0644, "hidden")
                            .build(),
                    never);

            Path root = cache.checkout(List.of(top, bottom), never);

            assertThat(Files.readString(root.resolve("bin/a"))).isEqualTo("top");
            assertThat(Files.readString(root.resolve("bin/b"))).isEqualTo("b");
            assertThat(Files.isSymbolicLink(root.resolve("var"))).isTrue();
            assertThat(root).isNotEqualTo(cache.checkout(List.of(bottom, top), never));
            cache.removeDerived(root);
            assertThat(root).doesNotExist();
            assertThatThrownBy(() -> cache.removeDerived(directory)).isInstanceOf(StoreException.class);
        }
    }
}
