package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Command;

/** A store on a disk that is full or cannot be written, and a computer without QEMU. All in a mount namespace or on a tmpfs. */
@Tag("slow")
class FullDiskTest {
    @TempDir
    private Path folder;

    private Desk desk;
    private Path disk;

    @BeforeEach
    void sitDown() throws IOException {
        assumeTrue(User.isRoot(), "only root can mount a small disk");
        desk = Desk.withConfiguration(folder);
        disk = Files.createDirectories(folder.resolve("disk"));
    }

    @AfterEach
    void unmount() throws IOException {
        if (disk != null) {
            desk.run(Command.of("umount", "--lazy", disk.toString()));
        }
    }

    private void mount(String... words) throws IOException {
        List<String> argv = new java.util.ArrayList<>(List.of("mount"));
        argv.addAll(List.of(words));
        argv.add(disk.toString());
        Outcome outcome = desk.run(Command.of(argv));
        assumeTrue(outcome.status() == 0, "cannot mount here: " + outcome.err());
    }

    @Test
    void aFullDiskIsNamedAndTheStoreStaysSound() throws IOException {
        mount("-t", "tmpfs", "-o", "size=3m", "tmpfs");
        desk.scripted("e2e-large", "true");
        byte[] noise = new byte[8 << 20];
        new Random(2).nextBytes(noise);
        Files.write(desk.packages().resolve("e2e-large-source/noise"), noise);
        Desk small = desk.with("SOURCEOS_STORE", disk.resolve("store").toString());
        Outcome outcome = small.execute("build", "e2e-large");
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(1);
        assertThat(outcome.err())
                .contains("the store in " + small.store() + " is full", "free space there", "Nothing was half-written")
                .doesNotContain("an error in SourceOS itself");
        assertThat(small.git("for-each-ref").out()).isEmpty();
        small.assertStoreIsSound();
        try (var left = Files.walk(disk.resolve("store/tmp"))) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void aStoreThatCannotBeMadeIsNamed() throws IOException {
        mount("-t", "tmpfs", "-o", "ro", "tmpfs");
        Outcome outcome =
                desk.with("SOURCEOS_STORE", disk.resolve("store").toString()).execute("build", "hello");
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(1);
        assertThat(outcome.err())
                .contains("the store in " + disk.resolve("store") + " is on a file system that is mounted read-only")
                .doesNotContain("an error in SourceOS itself");
    }

    @Test
    void aReadOnlyStoreIsReadAndNotWritten() throws IOException {
        mount("--bind", desk.store().toString());
        mount("-o", "remount,bind,ro");
        Desk readOnly = desk.with("SOURCEOS_STORE", disk.toString());
        Outcome listed = readOnly.execute("store", "ls", "vms");
        assertThat(listed.status()).as(listed.toString()).isZero();
        desk.scripted("e2e-unbuilt", "true");
        Outcome built = readOnly.execute("build", "e2e-unbuilt");
        assertThat(built.status()).as(built.toString()).isEqualTo(1);
        assertThat(built.err())
                .contains("the store in " + disk + " is on a file system that is mounted read-only")
                .doesNotContain("an error in SourceOS itself");
    }

    @Test
    void missingQemuIsNamedWithItsPackage() throws IOException {
        Outcome built = desk.execute("build", "hello");
        assertThat(built.status()).as(built.toString()).isZero();
        String hidden = "mount --bind /dev/null /usr/bin/qemu-system-x86_64 && exec '"
                + TestContext.library().resolve("sourceos") + "' run hello";
        Outcome outcome = desk.run(desk.command(List.of("unshare", "--mount", "sh", "-c", hidden)));
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(125);
        assertThat(outcome.err())
                .contains("qemu-system-x86_64 is not installed", "apt install qemu-system-x86")
                .doesNotContain("an error in SourceOS itself");
    }
}
