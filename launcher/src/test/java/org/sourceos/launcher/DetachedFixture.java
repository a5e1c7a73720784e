package org.sourceos.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.launcher.limit.LimitHost;
import org.sourceos.launcher.machine.MachineRequest;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.WatchSettings;
import org.sourceos.launcher.secret.AgeIdentity;

/** Machines of {@link Machines} that stay, in a folder of their own. */
final class DetachedFixture {
    private final Path folder;
    private final Machines real;

    private DetachedFixture(Path folder, Machines real) {
        this.folder = folder;
        this.real = real;
    }

    static DetachedFixture in(Path folder) throws Exception {
        return new DetachedFixture(folder, Machines.in(Files.createDirectories(folder.resolve("files"))));
    }

    Machines machines() {
        return real;
    }

    Path runtime() {
        return folder.resolve("run");
    }

    Path state() {
        return folder.resolve("state");
    }

    WatchSettings settings() {
        return settings(1 << 20);
    }

    WatchSettings settings(long logLimit) {
        return new WatchSettings(
                runtime(),
                state(),
                real.context,
                new AgeIdentity(folder.resolve("identity")),
                Duration.ofMillis(10),
                logLimit,
                warning -> {
                    throw new AssertionError(warning);
                });
    }

    WatchSettings settings(LimitHost limits) {
        WatchSettings plain = settings();
        return new WatchSettings(
                runtime(),
                state(),
                real.context,
                plain.identity(),
                plain.firstPause(),
                plain.logLimit(),
                plain.warnings(),
                limits);
    }

    MachineRequest request(String... duty) {
        return MachineRequest.of(MachineRequest.BY_COMMAND, image(), real.spec(), Machines.program(duty));
    }

    private static ImageManifest image() {
        Digest digest = new Digest("0".repeat(64));
        ObjectName tree = new ObjectName("0".repeat(40));
        return new ImageManifest(
                "test",
                "1",
                digest,
                new ImageManifest.KernelPart(digest, "6.1", List.of(), tree, digest),
                List.of(new ImageManifest.LayerPart("test", tree, digest, 1)),
                new ImageManifest.RunDefaults(
                        List.of("guest"), new TreeMap<>(), "none", List.of(), 128, 1, "overlayfs", "none"));
    }

    String log(MachineStatus status) throws IOException {
        Path older = status.log().resolveSibling("log.1");
        return (Files.exists(older) ? Files.readString(older, StandardCharsets.ISO_8859_1) : "")
                + Files.readString(status.log(), StandardCharsets.ISO_8859_1);
    }
}
