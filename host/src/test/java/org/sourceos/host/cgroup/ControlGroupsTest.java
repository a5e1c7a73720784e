package org.sourceos.host.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** In a group of its own of the host's real hierarchy. */
@Timeout(60)
class ControlGroupsTest {
    private Path around;
    private ControlGroups groups;

    @BeforeEach
    void begin() throws IOException {
        Optional<ControlGroups> host = ControlGroups.ofHost();
        assumeTrue(host.isPresent(), "this user may not divide a control group here (cgroup v2)");
        around = Files.createDirectory(host.get().home().resolveSibling("sourceos-test-" + UUID.randomUUID()));
        groups = ControlGroups.below(around);
    }

    @AfterEach
    void end() throws IOException {
        if (around != null) {
            for (String name : groups.names()) {
                groups.remove(name.substring(0, name.indexOf('.')));
            }
            Files.deleteIfExists(groups.home());
            Files.delete(around);
        }
    }

    private static Process shell(String script) throws IOException {
        return new ProcessBuilder("/bin/sh", "-c", script)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Test
    void aProcessEntersWithWhatItHasStartedAndEndsWithItsGroup() throws Exception {
        Process process = shell("sleep 300 & sleep 300 & wait");
        while (process.descendants().count() < 2) {
            Thread.sleep(5);
        }
        ControlGroup group = groups.make("one");
        assertThat(group.isPopulated()).isFalse();
        group.enter(process.pid());
        assertThat(group.isPopulated()).isTrue();
        assertThat(Files.readAllLines(group.folder().resolve("cgroup.procs"))).hasSize(3);
        assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/cgroup")))
                .contains(group.folder().getFileName().toString());

        groups.remove("one");
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(group.folder()).doesNotExist();
        assertThat(groups.names()).isEmpty();
    }

    @Test
    void anEmptyGroupIsSweptWhenItsMakerIsGoneAndNotBefore() throws Exception {
        ControlGroup ours = groups.make("ours");
        Path left = Files.createDirectory(groups.home().resolve("left.999999999.1"));
        groups.sweep();
        assertThat(left).doesNotExist();
        assertThat(ours.folder()).exists();
        ours.remove();
        ours.remove();
        assertThat(groups.names()).isEmpty();
    }

    @Test
    void aGroupWithSomebodyInItIsNotSwept() throws Exception {
        groups.make("ours").remove();
        Path left = Files.createDirectory(groups.home().resolve("left.999999999.1"));
        Process process = shell("sleep 300");
        new ControlGroup(left).enter(process.pid());
        groups.sweep();
        assertThat(left).exists();
        groups.remove("left");
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(left).doesNotExist();
    }

    @Test
    void whatTheKernelRefusesIsSaid() throws Exception {
        ControlGroup group = groups.make("one");
        assertThatThrownBy(() -> group.set("cgroup.subtree_control", "+nothing"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> group.set("no.such.file", "1")).isInstanceOf(IOException.class);
    }

    @Test
    void theOutermostGroupOfThisUserIsTaken(@TempDir Path folder) throws Exception {
        Path root = Files.createDirectories(folder.resolve("cgroup"));
        Path user = Files.createDirectories(root.resolve("user.slice/user@1000.service"));
        Path app = Files.createDirectories(user.resolve("app.slice"));
        for (Path ours : new Path[] {user, app}) {
            Files.writeString(ours.resolve("cgroup.procs"), "");
            Files.writeString(ours.resolve("cgroup.subtree_control"), "");
        }
        String mounts = "tmpfs /sys tmpfs rw 0 0\ncgroup2 " + root + " cgroup2 rw 0 0\n";
        assertThat(ControlGroups.outermost(mounts, "0::/user.slice/user@1000.service/app.slice\n"))
                .contains(user);
        assertThat(ControlGroups.outermost(mounts, "0::/user.slice/session-3.scope\n"))
                .isEmpty();
        assertThat(ControlGroups.outermost("tmpfs /sys tmpfs rw 0 0\n", "0::/\n"))
                .isEmpty();
        assertThat(ControlGroups.outermost(mounts, "1:memory:/a\n")).isEmpty();
    }
}
