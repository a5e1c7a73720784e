package org.sourceos.launcher.confine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.Memory;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.Share;
import org.sourceos.launcher.qemu.VmSpec;

/**
 * QEMU's command with {@code confine} before it, which shows it exactly the files that its {@link VmSpec} names. Sockets are
 * handed over open, from descriptor {@link #FIRST_SOCKET} on.
 */
public final class ConfinedCommand {
    public static final int FIRST_SOCKET = 3;

    private static final Path KVM = Path.of("/dev/kvm");
    private static final Path RESOLVER = Path.of("/etc/resolv.conf");
    private static final int FIRST_FREE_PORT = 1024;
    private static final int GROUP_MAY = 0060;
    private static final int OTHERS_MAY = 0006;
    /** Messages of QEMU that stays go to a file, which a guest may try to fill. */
    private static final long MESSAGES = 1 << 20;

    private final Confinement confinement;
    private final ProcessRunner processes;
    private final VmSpec spec;
    private final Memory memory;
    private final List<Path> own = new ArrayList<>();
    private final List<Path> seen = new ArrayList<>();
    private final List<String> sockets = new ArrayList<>();
    private boolean detached;

    public ConfinedCommand(Confinement confinement, ProcessRunner processes, VmSpec spec, Memory memory) {
        this.confinement = confinement;
        this.processes = processes;
        this.spec = spec;
        this.memory = memory;
    }

    /** It stays when whoever started it ends; what is started says on its output which process it is. */
    public ConfinedCommand detached() {
        detached = true;
        return this;
    }

    /** A socket that QEMU connects to by its path. */
    public ConfinedCommand owning(Path file) {
        own.add(file);
        return this;
    }

    /** A folder in which it sees what we put there, now and later. */
    public ConfinedCommand seeing(Path folder) {
        seen.add(folder);
        return this;
    }

    /** A socket it is given connected. */
    public ConfinedCommand connected(Path socket) {
        sockets.addAll(List.of("--connect", socket.toString()));
        return this;
    }

    /** A socket to be made, which it is given listening. */
    public ConfinedCommand listening(Path socket) {
        sockets.addAll(List.of("--listen", socket.toString()));
        return this;
    }

    /**
     * The whole command.
     *
     * @param qemu as {@link org.sourceos.launcher.qemu.QemuCommandLine} has it
     */
    public List<String> around(List<String> qemu, Cancellation cancellation) throws IOException {
        Optional<Path> program = QemuFiles.find(spec.qemu());
        if (confinement.program().isEmpty() || program.isEmpty()) {
            // Whoever starts it says that it is missing.
            return qemu;
        }
        List<String> argv = new ArrayList<>(List.of(confinement.program().get().toString()));
        if (confinement.required()) {
            argv.add("--require");
        }
        if (detached) {
            argv.add("--detached");
        }
        argv.addAll(List.of("--uids", Long.toString(confinement.firstUser())));
        argv.addAll(network());
        if (!spec.shares().isEmpty()) {
            argv.add("--keep-user");
        }
        argv.addAll(sockets);
        for (Path file : new QemuFiles(processes, confinement.folder()).of(spec.qemu(), program.get(), cancellation)) {
            argv.addAll(List.of("--read", file.toString()));
        }
        argv.addAll(machineFiles());
        argv.addAll(devices());
        argv.addAll(limits());
        for (Share share : spec.shares()) {
            argv.addAll(List.of(
                    share.readOnly() ? "--share-read" : "--share", share.host().toString()));
        }
        argv.add("--");
        argv.add(program.get().toString());
        argv.addAll(qemu.subList(1, qemu.size()));
        return List.copyOf(argv);
    }

    /** QEMU's user network uses the host's sockets; one without a way out or in needs none. */
    private List<String> network() {
        if (!(spec.network() instanceof Network.User user)
                || user.isolated() && user.forwards().isEmpty()) {
            return List.of();
        }
        List<String> argv = new ArrayList<>(List.of("--keep-network"));
        if (Files.exists(RESOLVER)) {
            argv.addAll(List.of("--read", RESOLVER.toString()));
        }
        if (user.forwards().stream().anyMatch(forward -> forward.hostPort() < FIRST_FREE_PORT)) {
            argv.add("--low-ports");
        }
        return argv;
    }

    private List<String> machineFiles() throws IOException {
        List<String> argv = new ArrayList<>();
        if (memory instanceof Memory.Restored restored) {
            argv.addAll(List.of("--ram", restored.file().toString()));
        } else {
            argv.addAll(List.of(
                    "--read",
                    spec.kernel().toString(),
                    "--read",
                    spec.initramfs().toString()));
        }
        spec.disks().forEach(disk -> argv.addAll(List.of("--read", disk.toString())));
        if (memory instanceof Memory.Recorded recorded) {
            argv.addAll(List.of("--own", recorded.file().toString()));
        }
        own.forEach(file -> argv.addAll(List.of("--own", file.toString())));
        seen.forEach(folder -> argv.addAll(List.of("--read", folder.toString())));
        return argv;
    }

    private List<String> devices() throws IOException {
        List<String> argv = new ArrayList<>(List.of("--device", "/dev/null", "--device", "/dev/urandom"));
        if (spec.accel() == Accel.KVM && Files.exists(KVM)) {
            argv.addAll(List.of("--device", KVM.toString()));
            int mode = (Integer) Files.getAttribute(KVM, "unix:mode");
            if ((mode & OTHERS_MAY) != OTHERS_MAY && (mode & GROUP_MAY) == GROUP_MAY) {
                argv.addAll(List.of("--gid", Files.getAttribute(KVM, "unix:gid").toString()));
            }
        }
        return argv;
    }

    private List<String> limits() {
        boolean writes =
                memory instanceof Memory.Recorded || spec.shares().stream().anyMatch(share -> !share.readOnly());
        // Huge pages are a file, too, one that has no name.
        long memory = spec.memory().hugepages() ? (long) spec.memoryMib() << 20 : 0;
        return writes ? List.of() : List.of("--fsize", Long.toString(Math.max(memory, detached ? MESSAGES : 0)));
    }
}
