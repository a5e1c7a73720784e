package org.sourceos.launcher.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.Memory;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.PortForward;
import org.sourceos.launcher.qemu.QemuCommandLine;
import org.sourceos.launcher.qemu.RootMode;
import org.sourceos.launcher.qemu.Share;
import org.sourceos.launcher.qemu.VmSpec;

class TemplateKeyTest {
    private static final Network ALONE = new Network.None();

    @TempDir
    private Path folder;

    private Path qemu;
    private TemplateKey key;

    @BeforeEach
    void begin() throws IOException {
        qemu = file("qemu");
        file("kernel");
        file("initramfs");
        file("disk");
        key = key(spec("one", RootMode.OVERLAYFS, 128, 1, ALONE, List.of(), Accel.TCG, 2_000_000));
    }

    private Path file(String name) throws IOException {
        return Files.writeString(folder.resolve(name), name);
    }

    private VmSpec spec(
            String name,
            RootMode mode,
            int memoryMib,
            int cpus,
            Network network,
            List<Share> shares,
            Accel accel,
            long tscKhz) {
        return new VmSpec(
                name,
                folder.resolve("kernel"),
                folder.resolve("initramfs"),
                List.of(folder.resolve("disk")),
                mode,
                memoryMib,
                cpus,
                network,
                shares,
                accel,
                tscKhz);
    }

    private TemplateKey key(VmSpec spec) throws IOException {
        return TemplateKey.of(
                spec,
                qemu,
                QemuCommandLine.arguments(
                        TemplateKey.common(spec, Path.of("/")),
                        new Memory.Restored(Path.of("/r")),
                        Path.of("/c"),
                        Path.of("/q")));
    }

    private TemplateKey key(Network network, Share... shares) throws IOException {
        return key(spec("x", RootMode.OVERLAYFS, 128, 1, network, List.of(shares), Accel.TCG, 2_000_000));
    }

    @Test
    void whatTheGuestLearnsLaterMakesNoDifference() throws IOException {
        assertThat(key(ALONE)).isEqualTo(key);
        assertThat(key(ALONE, new Share(Path.of("/a"), "/one", true)))
                .isEqualTo(key(ALONE, new Share(Path.of("/b"), "/two", false)))
                .isNotEqualTo(key);
        Network forwarding = new Network.User(List.of(new PortForward("127.0.0.1", 8080, 80)));
        assertThat(key(forwarding)).isEqualTo(key(new Network.User(List.of()))).isNotEqualTo(key);
    }

    @Test
    void everythingElseMakesOne() throws IOException {
        assertThat(List.of(
                        key,
                        key(new Network.User(List.of())),
                        key(new Network.User(List.of(), true)),
                        key(spec("one", RootMode.READONLY, 128, 1, ALONE, List.of(), Accel.TCG, 2_000_000)),
                        key(spec("one", RootMode.OVERLAYFS, 129, 1, ALONE, List.of(), Accel.TCG, 2_000_000)),
                        key(spec("one", RootMode.OVERLAYFS, 128, 2, ALONE, List.of(), Accel.TCG, 2_000_000)),
                        key(spec("one", RootMode.OVERLAYFS, 128, 1, ALONE, List.of(), Accel.KVM, 2_000_000)),
                        key(spec("one", RootMode.OVERLAYFS, 128, 1, ALONE, List.of(), Accel.TCG, 2_000_001))))
                .doesNotHaveDuplicates();
    }

    @Test
    void aChangedFileMakesOne() throws IOException {
        for (String name : List.of("qemu", "kernel", "initramfs", "disk")) {
            TemplateKey before = key(ALONE);
            Files.writeString(folder.resolve(name), "longer than before: " + name);
            assertThat(key(ALONE)).as(name).isNotEqualTo(before);
        }
        Files.delete(folder.resolve("disk"));
        assertThatThrownBy(() -> key(ALONE)).isInstanceOf(IOException.class);
    }
}
