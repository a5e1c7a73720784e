package org.sourceos.launcher;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;
import org.sourceos.launcher.confine.Confinement;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestStreams;
import org.sourceos.launcher.guest.GuestUser;
import org.sourceos.launcher.initramfs.Initramfs;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.RootMode;
import org.sourceos.launcher.qemu.Share;
import org.sourceos.launcher.qemu.TscFrequency;
import org.sourceos.launcher.qemu.VmSpec;

/** Real machines for tests: init built by its Makefile, a root with one static test program, the kernel as given. */
final class Machines {
    /** Set by whoever runs the tests tagged {@code vm}: a vmlinux as the recipe linux builds it. */
    static final String KERNEL_PROPERTY = "sourceos.test.kernel";

    final ProcessRunner processes = new ProcessRunner();
    final Path directory;
    final Path kernel;
    final Path initramfs;
    final Path disk;
    final LaunchContext context;

    private Machines(Path directory, Path kernel, Path initramfs, Path disk) {
        this.directory = directory;
        this.kernel = kernel;
        this.initramfs = initramfs;
        this.disk = disk;
        this.context = new LaunchContext(
                processes,
                directory.resolve("run"),
                LaunchContext.DEFAULT_BOOT_DEADLINE,
                Clock.systemUTC(),
                new SecureRandom(),
                new Confinement(
                        Optional.of(directory.resolve("confine")),
                        true,
                        Confinement.FIRST_USER,
                        directory.resolve("state")));
    }

    static Machines in(Path directory) throws Exception {
        String property = System.getProperty(KERNEL_PROPERTY, "");
        assumeTrue(!property.isEmpty(), "no kernel to boot: run with -D" + KERNEL_PROPERTY + "=/path/to/vmlinux");
        run("make", "-s", "-C", Path.of("src/main/c").toAbsolutePath().toString(), "OUT=" + directory);
        run("make", "-s", "-C", Path.of("src/main/c/confine").toAbsolutePath().toString(), "OUT=" + directory);
        Path root = Files.createDirectories(directory.resolve("root"));
        Path bin = Files.createDirectories(root.resolve("bin"));
        compileGuest(bin.resolve("guest"));
        Files.writeString(bin.resolve("plain"), "not a program\n");
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(
                root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:n:/:/bin/sh");
        Path disk = directory.resolve("root,with comma.erofs");
        erofs(disk, root);
        Path initramfs = Initramfs.write(directory.resolve("init"), directory.resolve("initramfs"));
        return new Machines(directory, Path.of(property), initramfs, disk);
    }

    static void compileGuest(Path program) throws IOException {
        run("gcc", "-D_GNU_SOURCE", "-O1", "-static", "-s", "-o", program.toString(), "src/test/c/guest.c");
    }

    static void erofs(Path disk, Path root) throws IOException {
        run("mkfs.erofs", "--quiet", "--all-root", disk.toString(), root.toString());
    }

    static void run(String... argv) throws IOException {
        new ProcessRunner().output(Command.of(argv), new Cancellation());
    }

    VmSpec spec(Share... shares) {
        return spec(initramfs, new Network.None(), RootMode.OVERLAYFS, shares);
    }

    VmSpec spec(Path archive, Network network, RootMode rootMode, Share... shares) {
        return new VmSpec(
                "test",
                kernel,
                archive,
                List.of(disk),
                rootMode,
                128,
                1,
                network,
                List.of(shares),
                Accel.TCG,
                TscFrequency.ofHost());
    }

    /** An archive whose process 1 is another program. */
    Path initramfsOf(byte[] init) throws IOException {
        Path file = Files.createTempFile(directory, "other", ".cpio");
        Files.write(file, Initramfs.of(init));
        return file;
    }

    static GuestUser root() {
        return new GuestUser(0, 0, List.of(), "root", "/root");
    }

    static GuestProgram program(String... duty) {
        return program(root(), Optional.empty(), duty);
    }

    static GuestProgram program(GuestUser user, Optional<String> directory, String... duty) {
        SortedMap<String, String> environment = new TreeMap<>();
        environment.put("PATH", "/nowhere:/bin");
        environment.put("HOME", user.home());
        String[] argv = new String[duty.length + 1];
        argv[0] = "guest";
        System.arraycopy(duty, 0, argv, 1, duty.length);
        return new GuestProgram(List.of(argv), environment, directory, user, "test");
    }

    /** What a run came to. */
    record Run(GuestExit exit, byte[] stdoutBytes, byte[] stderrBytes) {
        String stdout() {
            return new String(stdoutBytes, StandardCharsets.UTF_8);
        }

        String stderr() {
            return new String(stderrBytes, StandardCharsets.UTF_8);
        }
    }

    Run run(VmSpec spec, GuestProgram program) throws LaunchException {
        return run(spec, program, InputStream.nullInputStream());
    }

    Run run(VmSpec spec, GuestProgram program, byte[] stdin) throws LaunchException {
        return run(spec, program, new ByteArrayInputStream(stdin));
    }

    Run run(VmSpec spec, GuestProgram program, InputStream stdin) throws LaunchException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        GuestExit exit = run(spec, program, stdin, out, err);
        return new Run(exit, out.toByteArray(), err.toByteArray());
    }

    GuestExit run(VmSpec spec, GuestProgram program, InputStream stdin, OutputStream out, OutputStream err)
            throws LaunchException {
        try (MicroVm vm = MicroVm.start(spec, context, new Cancellation())) {
            return vm.run(program, new GuestStreams.Pipes(stdin, out, err));
        }
    }

    /** A folder below the fixture's that any user may enter. */
    Path openFolder(String name) throws IOException {
        Path folder = Files.createDirectories(directory.resolve(name));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        return folder;
    }
}
