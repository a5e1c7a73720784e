package org.sourceos.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Cancellation;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.AccelChoice;
import org.sourceos.launcher.qemu.QemuProgram;

@Tag("vm")
@Timeout(120)
class AccelProbeTest {
    @TempDir
    private Path directory;

    private Machines machines;

    @BeforeEach
    void build() throws Exception {
        machines = Machines.in(directory);
    }

    private AccelProbe.Verdict decide(AccelChoice choice, Path device) throws LaunchException {
        return new AccelProbe(machines.context, directory.resolve("state"), QemuProgram.installed(), device)
                .decide(choice, machines.kernel, machines.initramfs, 1000, new Cancellation());
    }

    /** Whatever this host is: the verdict is about what a kernel did, it is kept, and nothing goes on running. */
    @Test
    void bootsAKernelOnceAndKeepsTheVerdict() throws Exception {
        Path device = Path.of("/dev/kvm");
        AccelProbe.Verdict first = decide(AccelChoice.AUTO, device);
        assertThat(first.explanation().isEmpty()).isEqualTo(first.accel() == Accel.KVM);
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .isEmpty();
        if (Files.isWritable(device)) {
            Path kept = directory.resolve("state/kvm-verdict-1000");
            List<String> lines = Files.readAllLines(kept);
            assertThat(lines).hasSize(2);
            assertThat(decide(AccelChoice.AUTO, device)).isEqualTo(first);
            // What is kept is what is believed, as long as nothing it depends on has changed.
            Files.write(kept, List.of(lines.get(0), "because a test says so"));
            assertThat(decide(AccelChoice.AUTO, device).explanation()).isEqualTo("because a test says so");
            Files.write(kept, List.of("another key", "because a test says so"));
            assertThat(decide(AccelChoice.AUTO, device)).isEqualTo(first);
        }
    }

    @Test
    void saysWhyTheDeviceCannotBeUsed() throws Exception {
        AccelProbe.Verdict absent = decide(AccelChoice.AUTO, directory.resolve("absent"));
        assertThat(absent.accel()).isEqualTo(Accel.TCG);
        assertThat(absent.explanation()).contains("is not there");
        assertThatThrownBy(() -> decide(AccelChoice.KVM, directory.resolve("absent")))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("--accel=tcg");
        assertThat(decide(AccelChoice.TCG, directory.resolve("absent")))
                .isEqualTo(new AccelProbe.Verdict(Accel.TCG, ""));
    }
}
