package org.sourceos.launcher.template;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sourceos.gitstore.Digest;
import org.sourceos.host.Command;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.Memory;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.QemuCommandLine;
import org.sourceos.launcher.qemu.Share;
import org.sourceos.launcher.qemu.VmSpec;

/**
 * Which machines one template serves: the digest of all that a restored machine must have in common with the saved one.
 * That is QEMU itself, the command line, and the files that it names (by path, inode, size and time of change).
 *
 * <p>Not in it: the name, where forwarded ports lead, and which folders are shared how, only how many. QEMU keeps none of
 * that in a machine's state, and the guest learns it from START.
 */
public record TemplateKey(Digest digest) {
    /** Changes when templates are made differently. */
    private static final String FORMAT = "sourceos template 1";

    /** @throws IOException when one of its files, or QEMU, cannot be looked at */
    public static TemplateKey of(VmSpec spec) throws IOException {
        VmSpec common = common(spec, Path.of("/"));
        List<String> arguments =
                QemuCommandLine.arguments(common, new Memory.Restored(Path.of("/ram")), Path.of("/c"), Path.of("/q"));
        return of(spec, program(arguments.get(0)), arguments);
    }

    /** @throws IOException as {@link #of(VmSpec)} */
    static TemplateKey of(Launchable wanted) throws IOException {
        TemplateKey machine = of(wanted.spec());
        return wanted.program().isEmpty()
                ? machine
                : new TemplateKey(Digest.of(
                        machine.folderName() + wanted.program().get().digest().hex()));
    }

    static TemplateKey of(VmSpec spec, Path qemu, List<String> arguments) throws IOException {
        StringBuilder text = new StringBuilder(FORMAT).append('\n');
        List<Path> files = new ArrayList<>(List.of(qemu.toRealPath(), spec.kernel(), spec.initramfs()));
        files.addAll(spec.disks());
        for (Path file : files) {
            text.append(file)
                    .append('\0')
                    .append(FileIdentity.of(file).content())
                    .append('\n');
        }
        arguments.forEach(argument -> text.append(argument).append('\0'));
        text.append('\n').append(QemuCommandLine.kernelCommandLine(spec)).append('\n');
        if (spec.accel() == Accel.KVM) {
            // A guest under KVM has seen this processor, and its state is in the format of the host's kernel.
            text.append(Files.readString(Path.of("/proc/sys/kernel/osrelease"))).append(processor());
        }
        return new TemplateKey(Digest.of(text.toString()));
    }

    private static String processor() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line : Files.readString(Path.of("/proc/cpuinfo")).lines().toList()) {
            if (line.isEmpty()) {
                break;
            }
            if (!line.startsWith("cpu MHz")) {
                text.append(line).append('\n');
            }
        }
        return text.toString();
    }

    /** The machine that is saved for all that have its key; {@code folder} stands for whatever they share. */
    static VmSpec common(VmSpec spec, Path folder) {
        List<Share> shares = new ArrayList<>();
        for (int i = 0; i < spec.shares().size(); i++) {
            shares.add(new Share(folder, "/share", true));
        }
        Network network = spec.network() instanceof Network.User user
                ? new Network.User(List.of(), user.isolated())
                : spec.network();
        return new VmSpec(
                "template",
                spec.kernel(),
                spec.initramfs(),
                spec.disks(),
                spec.rootMode(),
                spec.memoryMib(),
                spec.cpus(),
                network,
                shares,
                spec.accel(),
                spec.qemu(),
                spec.tscKhz(),
                spec.memory());
    }

    private static Path program(String name) throws IOException {
        if (name.contains("/")) {
            return Path.of(name);
        }
        for (String folder :
                Command.of(name).environment().getOrDefault("PATH", "/usr/bin").split(":")) {
            Path candidate = Path.of(folder, name);
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        throw new IOException(name + " is not installed");
    }

    String folderName() {
        return digest.hex();
    }
}
