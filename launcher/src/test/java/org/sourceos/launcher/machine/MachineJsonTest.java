package org.sourceos.launcher.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.host.Terminal;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestUser;
import org.sourceos.launcher.guest.Mark;
import org.sourceos.launcher.limit.Limits;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.PortForward;
import org.sourceos.launcher.qemu.RootMode;
import org.sourceos.launcher.qemu.Share;
import org.sourceos.launcher.qemu.VmSpec;

class MachineJsonTest {
    private static Limits limits(TreeMap<String, String> most) {
        try {
            return Limits.of(most);
        } catch (LaunchException e) {
            throw new AssertionError(e);
        }
    }

    private static MachineRecord record() {
        Digest digest = new Digest("0".repeat(64));
        ObjectName tree = new ObjectName("0".repeat(40));
        TreeMap<String, String> environment = new TreeMap<>();
        environment.put("A", "grüß \"dich\"\n");
        TreeMap<String, Path> secrets = new TreeMap<>();
        secrets.put("key", Path.of("/etc/key.age"));
        StartSettings starting =
                new StartSettings(Optional.of(Path.of("/store")), true, Optional.of(Duration.ofSeconds(5)));
        TreeMap<String, String> most = new TreeMap<>();
        most.put("pids", "9");
        Limits limits = limits(most);
        MachineRequest request = new MachineRequest(
                Optional.of("web"),
                "system",
                new ImageManifest(
                        "web",
                        "1",
                        digest,
                        new ImageManifest.KernelPart(digest, "6.1", List.of("NET"), tree, digest),
                        List.of(new ImageManifest.LayerPart("web", tree, digest, 1)),
                        new ImageManifest.RunDefaults(
                                List.of("x"), environment, "user", List.of(), 64, 1, "overlayfs", "none")),
                new VmSpec(
                        "web",
                        Path.of("/k"),
                        Path.of("/i"),
                        List.of(Path.of("/d1"), Path.of("/d2")),
                        RootMode.READONLY,
                        64,
                        2,
                        new Network.User(List.of(new PortForward("0.0.0.0", 80, 8080)), true),
                        List.of(new Share(Path.of("/srv"), "/srv", true)),
                        Accel.TCG,
                        123),
                new GuestProgram(
                        List.of("web", "-v", ""),
                        environment,
                        Optional.of("/srv"),
                        new GuestUser(1, 2, List.of(3, 4), "ada", "/home/ada"),
                        "web"),
                Optional.of(new Terminal.Size(25, 81)),
                secrets,
                new RestartPolicy(RestartPolicy.When.ON_FAILURE, 3),
                true,
                limits,
                starting);
        return new MachineRecord(
                "abcdef012345",
                "web",
                request,
                Instant.ofEpochSecond(5),
                MachineState.RUNNING,
                Instant.ofEpochSecond(6, 7),
                "boot",
                Optional.of(new ProcessIdentity(42, 4711)),
                Mark.random(new SecureRandom()),
                3,
                2,
                true,
                Optional.of(new MachineEnd(125, "so\nit was")));
    }

    @Test
    void readsWhatItWrote() throws IOException {
        MachineRecord record = record();
        assertThat(MachineJson.read(MachineJson.write(record))).isEqualTo(record);
    }

    @Test
    void refusesAnotherSchema() {
        String other = MachineJson.write(record()).replace("\"schema\": 1", "\"schema\": 2");
        assertThatThrownBy(() -> MachineJson.read(other)).hasMessageContaining("schema 2");
    }

    @Property(tries = 500)
    void saysOfADamagedFileThatItIs(@ForAll Random random) {
        StringBuilder text = new StringBuilder(MachineJson.write(record()));
        for (int i = 0; i <= random.nextInt(3); i++) {
            int at = random.nextInt(text.length());
            text.replace(at, Math.min(text.length(), at + random.nextInt(20)), "" + (char) (32 + random.nextInt(90)));
        }
        try {
            MachineJson.read(text.toString());
        } catch (IOException e) {
            assertThat(e).hasMessageStartingWith("it ");
        }
    }

    @Test
    void readsPoliciesAsTheyAreWritten() throws LaunchException {
        for (String text : List.of("no", "always", "on-failure", "on-failure:5")) {
            assertThat(RestartPolicy.parse(text)).hasToString(text);
        }
        assertThatThrownBy(() -> RestartPolicy.parse("on-failure:0")).hasMessageContaining("--restart=on-failure:3");
        assertThat(RestartPolicy.parse("on-failure:2").again(1, 1)).isTrue();
        assertThat(RestartPolicy.parse("on-failure:2").again(1, 2)).isFalse();
        assertThat(RestartPolicy.parse("on-failure").again(0, 0)).isFalse();
    }
}
