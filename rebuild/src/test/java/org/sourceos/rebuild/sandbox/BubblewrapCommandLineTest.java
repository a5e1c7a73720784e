package org.sourceos.rebuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class BubblewrapCommandLineTest {
    @Test
    void saysEverythingThatTheSandboxIs() {
        SandboxCommand command = new SandboxCommand(
                new SandboxRoot(List.of(
                        new SandboxRoot.Entry.Link("bin", "usr/bin"),
                        new SandboxRoot.Entry.Folder("usr", Path.of("/store/roots/1/usr")))),
                List.of(
                        new SandboxCommand.Mount(Path.of("/store/tmp/1/build"), "/build", true),
                        new SandboxCommand.Mount(Path.of("/store/roots/2"), "/source", false)),
                "/build/source",
                new TreeMap<>(Map.of("TZ", "UTC", "LANG", "C.UTF-8")),
                List.of("make", "-j2"));
        SandboxLimits limits = new SandboxLimits(Duration.ofMinutes(1), 512, 1 << 20, 1 << 30, 1 << 28, 100);
        assertThat(String.join(" ", BubblewrapCommandLine.of(command, limits)))
                .isEqualTo("prlimit --core=0 --nofile=4096 --fsize=1073741824 --data=536870912 nice -n 5"
                        + " bwrap --unshare-all --unshare-user --disable-userns --die-with-parent --new-session"
                        + " --uid 0 --gid 0 --cap-drop ALL --hostname sourceos"
                        + " --symlink usr/bin /bin --ro-bind /store/roots/1/usr /usr"
                        + " --proc /proc --dev /dev --tmpfs /tmp"
                        + " --bind /store/tmp/1/build /build --ro-bind /store/roots/2 /source"
                        + " --remount-ro / --chdir /build/source --clearenv --setenv LANG C.UTF-8 --setenv TZ UTC"
                        + " -- /bin/sh -c umask 022; exec \"$@\" 2>&1 sh make -j2");
    }

    @Test
    void leavesMemoryAloneWhereThereIsNoLimit() {
        SandboxCommand command =
                new SandboxCommand(new SandboxRoot(List.of()), List.of(), "/", new TreeMap<>(), List.of("true"));
        assertThat(BubblewrapCommandLine.of(command, SandboxLimits.of(Duration.ofMinutes(1), 0)))
                .noneMatch(argument -> argument.startsWith("--data"));
    }
}
