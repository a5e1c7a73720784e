package org.sourceos.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.DiskRules;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.tree.DirectoryTree;
import org.sourceos.gitstore.tree.ListTree;
import org.sourceos.gitstore.tree.Ownership;
import org.sourceos.host.Cancellation;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.RootMode;
import org.sourceos.launcher.qemu.TscFrequency;
import org.sourceos.launcher.qemu.VmSpec;

/** A machine whose files lie in the packs of a store. */
@Tag("vm")
@Timeout(120)
class MachineOnPacksTest {
    @TempDir
    private Path folder;

    @Test
    void readsItsFilesOutOfThePacks() throws Exception {
        Machines machines = Machines.in(folder);
        Cancellation never = new Cancellation();
        byte[] data = new byte[500_001];
        new Random(5).nextBytes(data);
        Files.write(folder.resolve("root/data"), data);
        try (BuildCache cache = BuildCache.open(folder.resolve("store"), never)) {
            StoredLayer own = cache.ingest(new DirectoryTree(folder.resolve("root"), Ownership.CALLER_IS_ROOT), never);
            // The same content in another layer, and one of its own: both images read from the first pack.
            byte[] more = data.clone();
            more[400_000] ^= 1;
            StoredLayer other = cache.ingest(
                    ListTree.builder()
                            .file("same", 0644, data)
                            .file("other", 0644, more)
                            .build(),
                    never);
            List<Path> disks = cache.disks(List.of(own, other), DiskRules.packs(VmSpec.roomForDisks(0)), never);
            VmSpec spec = new VmSpec(
                    "packs",
                    machines.kernel,
                    machines.initramfs,
                    disks,
                    RootMode.OVERLAYFS,
                    128,
                    1,
                    new Network.None(),
                    List.of(),
                    Accel.TCG,
                    TscFrequency.ofHost());

            assertThat(disks).hasSize(4);
            assertThat(spec.layers()).isEqualTo(2);
            for (String file : List.of("/data", "/same", "/other")) {
                Machines.Run run = machines.run(spec, Machines.program("show", file));
                assertThat(run.stderr()).isEmpty();
                assertThat(run.stdoutBytes()).as(file).isEqualTo(file.equals("/other") ? more : data);
            }
        }
    }
}
