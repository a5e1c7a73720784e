package org.sourceos.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.sourceos.gitstore.Digest;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.AccelChoice;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.QemuProgram;
import org.sourceos.launcher.qemu.RootMode;
import org.sourceos.launcher.qemu.VmSpec;

/**
 * Finds out whether KVM runs a guest here. That the device is there says little: under some hosts it opens, creates machines
 * and then runs their kernels a thousand times slower than the translator. So a kernel of ours is booted under it once, with
 * a deadline, and the verdict kept until the host restarts, QEMU changes or the kernel does.
 */
public final class AccelProbe {
    /** A guest under real KVM is ready in a quarter of a second. */
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private static final String WORKS = "works";

    private final LaunchContext context;
    private final Path stateDirectory;
    private final Path device;
    private final QemuProgram qemu;

    public AccelProbe(LaunchContext context, Path stateDirectory, QemuProgram qemu) {
        this(context, stateDirectory, qemu, Path.of("/dev/kvm"));
    }

    AccelProbe(LaunchContext context, Path stateDirectory, QemuProgram qemu, Path device) {
        this.context = context;
        this.stateDirectory = stateDirectory;
        this.qemu = qemu;
        this.device = device;
    }

    /**
     * What to run with.
     *
     * @param explanation why not KVM, as a sentence part for a warning; empty where KVM is used or TCG was asked for
     */
    public record Verdict(Accel accel, String explanation) {}

    /** Decides; boots the kernel once where that is needed and not known. */
    public Verdict decide(AccelChoice choice, Path kernel, Path initramfs, int uid, Cancellation cancellation)
            throws LaunchException {
        if (choice == AccelChoice.TCG) {
            return new Verdict(Accel.TCG, "");
        }
        Optional<String> obstacle = obstacle(uid);
        if (choice == AccelChoice.KVM) {
            if (obstacle.isPresent()) {
                throw new LaunchException(
                        "cannot use KVM: " + obstacle.get() + "; or run with --accel=tcg, which is slower");
            }
            return new Verdict(Accel.KVM, "");
        }
        if (obstacle.isPresent()) {
            return new Verdict(Accel.TCG, obstacle.get());
        }
        String explanation = remembered(kernel, initramfs, uid, cancellation);
        return explanation.isEmpty() ? new Verdict(Accel.KVM, "") : new Verdict(Accel.TCG, explanation);
    }

    private Optional<String> obstacle(int uid) {
        if (!Files.exists(device)) {
            return Optional.of(device + " is not there; switch virtualisation on in the firmware, or load the module"
                    + " kvm_intel or kvm_amd");
        }
        if (!Files.isReadable(device) || !Files.isWritable(device)) {
            return Optional.of(device + " is not readable by uid " + uid + "; add the user to group kvm");
        }
        return Optional.empty();
    }

    /** The empty text when KVM works, otherwise why not. */
    private String remembered(Path kernel, Path initramfs, int uid, Cancellation cancellation) throws LaunchException {
        Path file = stateDirectory.resolve("kvm-verdict-" + uid);
        try {
            String key = key(kernel, initramfs).hex();
            if (Files.isReadable(file)) {
                List<String> lines = Files.readString(file).lines().toList();
                if (lines.size() == 2 && lines.get(0).equals(key)) {
                    return lines.get(1).equals(WORKS) ? "" : lines.get(1);
                }
            }
            String verdict = probe(kernel, initramfs, cancellation);
            Files.createDirectories(stateDirectory);
            AtomicFile.write(file, key + "\n" + (verdict.isEmpty() ? WORKS : verdict) + "\n");
            return verdict;
        } catch (IOException e) {
            throw new LaunchException(
                    "cannot keep what was found out about KVM in " + file + ": " + e
                            + "; make the folder writable, or run with --accel=tcg or --accel=kvm",
                    e);
        }
    }

    /** Everything the verdict depends on; files by size and time, for hashing a kernel would cost more than it is worth. */
    private Digest key(Path kernel, Path initramfs) throws IOException {
        StringBuilder text = new StringBuilder(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")));
        for (Path file : List.of(program(), kernel, initramfs)) {
            text.append(file).append('\0');
            if (Files.exists(file)) {
                text.append(Files.size(file)).append('\0').append(Files.getLastModifiedTime(file));
            }
            text.append('\n');
        }
        return Digest.of(text.toString());
    }

    /** Where Debian has it, when it is named without a folder. */
    private Path program() {
        return Path.of("/usr/bin").resolve(qemu.program());
    }

    private String probe(Path kernel, Path initramfs, Cancellation cancellation) throws LaunchException {
        VmSpec spec = new VmSpec(
                "kvm-probe",
                kernel,
                initramfs,
                List.of(),
                RootMode.OVERLAYFS,
                96,
                1,
                new Network.None(),
                List.of(),
                Accel.KVM,
                qemu,
                0);
        try (MicroVm vm = MicroVm.start(spec, context.withBootDeadline(DEADLINE), cancellation)) {
            Optional<GuestExit> failed = vm.awaitReady();
            cancellation.throwIfCancelled();
            return failed.isEmpty()
                    ? ""
                    : "KVM does not run a guest on this host ("
                            + (failed.get() instanceof GuestExit.BootTimedOut
                                    ? "a kernel was not up after " + DEADLINE.toSeconds() + " s"
                                    : "a kernel crashed in it")
                            + ")";
        } catch (LaunchException e) {
            if (!Files.isExecutable(program())) {
                throw e;
            }
            return "KVM does not run a guest on this host (QEMU refused it)";
        }
    }
}
