package org.sourceos.launcher.confine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.Memory;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.PortForward;
import org.sourceos.launcher.qemu.QemuProgram;
import org.sourceos.launcher.qemu.RootMode;
import org.sourceos.launcher.qemu.Share;
import org.sourceos.launcher.qemu.VmSpec;

class ConfinedCommandTest {
    @TempDir
    private Path folder;

    private Confinement confinement;

    @BeforeEach
    void begin() {
        assumeTrue(QemuFiles.find(QemuProgram.installed()).isPresent(), "QEMU is not installed");
        confinement = new Confinement(Optional.of(Path.of("/lib/confine")), true, Confinement.FIRST_USER, folder);
    }

    private static VmSpec spec(Network network, Share... shares) {
        return new VmSpec(
                "test",
                Path.of("/files/kernel"),
                Path.of("/files/init"),
                List.of(Path.of("/files/disk")),
                RootMode.OVERLAYFS,
                128,
                1,
                network,
                List.of(shares),
                Accel.TCG,
                0);
    }

    private String words(VmSpec spec, Memory memory) throws IOException {
        return String.join(
                " ",
                new ConfinedCommand(confinement, new ProcessRunner(), spec, memory)
                        .owning(Path.of("/run/control"))
                        .around(List.of("qemu-system-x86_64", "-name", "x"), new Cancellation()));
    }

    @Test
    void aMachineIsShownItsOwnFiles() throws IOException {
        assertThat(words(spec(new Network.None()), new Memory.Private()))
                .startsWith("/lib/confine --require --uids 1900000000 ")
                .contains("--read /files/kernel --read /files/init --read /files/disk --own /run/control")
                .contains("--device /dev/null --device /dev/urandom --fsize 0 -- /")
                .endsWith("/qemu-system-x86_64 -name x")
                .doesNotContain("--keep", "/dev/kvm", "resolv.conf");
    }

    @Test
    void aRestoredOneReadsItsMemoryAndNoKernel() throws IOException {
        assertThat(words(spec(new Network.None()), new Memory.Restored(Path.of("/files/ram"))))
                .contains("--ram /files/ram --read /files/disk")
                .doesNotContain("kernel");
    }

    @Test
    void sharedFoldersKeepTheUserAndWritableOnesLiftTheLimitOnFiles() throws IOException {
        VmSpec spec = spec(
                new Network.None(),
                new Share(Path.of("/files/a"), "/a", true),
                new Share(Path.of("/files/b"), "/b", false));
        assertThat(words(spec, new Memory.Private()))
                .contains("--keep-user", "--share-read /files/a --share /files/b --")
                .doesNotContain("--fsize");
    }

    @Test
    void onlyANetworkWithAWayOutOrInKeepsTheHosts() throws Exception {
        Network.User closed = new Network.User(List.of(), true);
        assertThat(words(spec(closed), new Memory.Private())).doesNotContain("--keep-network");
        assertThat(words(spec(new Network.User(List.of())), new Memory.Private()))
                .contains("--keep-network")
                .doesNotContain("--low-ports");
        Network.User low = new Network.User(List.of(PortForward.parse("80:80")), true);
        assertThat(words(spec(low), new Memory.Private())).contains("--keep-network", "--low-ports");
    }

    @Test
    void withoutConfinementTheCommandIsAsItWas() throws IOException {
        confinement = Confinement.none(folder);
        assertThat(words(spec(new Network.None()), new Memory.Private())).isEqualTo("qemu-system-x86_64 -name x");
    }
}
