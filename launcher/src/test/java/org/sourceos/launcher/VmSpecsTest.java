package org.sourceos.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestUser;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.PortForward;
import org.sourceos.launcher.qemu.RootMode;
import org.sourceos.launcher.qemu.VmSpec;

class VmSpecsTest {
    private static final ImageFiles FILES =
            new ImageFiles(Path.of("/k"), Path.of("/i"), List.of(Path.of("/disks/hello.erofs")));

    private static ImageManifest image(String network, String rootFilesystem, String... command) {
        Digest digest = Digest.of("x");
        ObjectName tree = new ObjectName("0".repeat(40));
        TreeMap<String, String> environment = new TreeMap<>();
        environment.put("EDITOR", "nano");
        environment.put("LANG", "C");
        return new ImageManifest(
                "hello",
                "2.12",
                digest,
                new ImageManifest.KernelPart(digest, "6.1", List.of(), tree, digest),
                List.of(new ImageManifest.LayerPart("hello", tree, digest, 1)),
                new ImageManifest.RunDefaults(
                        List.of(command), environment, network, List.of(), 256, 1, rootFilesystem, "none"));
    }

    private static RunOptions options(OptionalInt memory, Optional<String> network, List<PortForward> ports) {
        TreeMap<String, String> environment = new TreeMap<>();
        environment.put("EDITOR", "vi");
        return new RunOptions(
                List.of("-g", "hi"), List.of(), environment, memory, OptionalInt.of(2), network, ports, List.of());
    }

    @Test
    void takesFromTheImageWhatTheCommandLineLeavesOpen() throws Exception {
        VmSpec plain = VmSpecs.machine(image("none", "readonly"), FILES, RunOptions.of(List.of()), Accel.TCG, 0);
        assertThat(plain.memoryMib()).isEqualTo(256);
        assertThat(plain.cpus()).isEqualTo(1);
        assertThat(plain.network()).isEqualTo(new Network.None());
        assertThat(plain.rootMode()).isEqualTo(RootMode.READONLY);
        List<PortForward> ports = List.of(new PortForward("127.0.0.1", 8080, 80));
        VmSpec asked = VmSpecs.machine(
                image("none", "overlayfs"),
                FILES,
                options(OptionalInt.of(512), Optional.of("user"), ports),
                Accel.TCG,
                0);
        assertThat(asked.memoryMib()).isEqualTo(512);
        assertThat(asked.cpus()).isEqualTo(2);
        assertThat(asked.network()).isEqualTo(new Network.User(ports));
    }

    @Test
    void refusesWhatAMachineCannotBe() {
        List<PortForward> ports = List.of(new PortForward("127.0.0.1", 8080, 80));
        assertThatThrownBy(() -> VmSpecs.machine(
                        image("none", "overlayfs"),
                        FILES,
                        options(OptionalInt.empty(), Optional.empty(), ports),
                        Accel.TCG,
                        0))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("--network=user");
        assertThatThrownBy(() ->
                        VmSpecs.machine(image("bridge", "overlayfs"), FILES, RunOptions.of(List.of()), Accel.TCG, 0))
                .hasMessageContaining("\"bridge\"");
        assertThatThrownBy(() -> VmSpecs.machine(
                        image("none", "overlayfs"),
                        FILES,
                        options(OptionalInt.of(8), Optional.empty(), List.of()),
                        Accel.TCG,
                        0))
                .hasMessageContaining("--mem");
    }

    @Test
    void putsTheProgramTogether() throws Exception {
        GuestUser user = new GuestUser(1000, 1000, List.of(), "ada", "/home/ada");
        GuestProgram program = VmSpecs.program(
                image("none", "overlayfs", "hello", "--default"),
                options(OptionalInt.empty(), Optional.empty(), List.of()),
                user,
                Optional.empty(),
                Optional.of("xterm"));
        assertThat(program.arguments()).containsExactly("hello", "--default", "-g", "hi");
        assertThat(program.environment())
                .containsEntry("EDITOR", "vi")
                .containsEntry("LANG", "C")
                .containsEntry("TERM", "xterm")
                .containsEntry("HOME", "/home/ada")
                .containsEntry("USER", "ada");
        assertThatThrownBy(() -> VmSpecs.program(
                        image("none", "overlayfs"), RunOptions.of(List.of()), user, Optional.empty(), Optional.empty()))
                .hasMessageContaining("names no command");
    }
}
