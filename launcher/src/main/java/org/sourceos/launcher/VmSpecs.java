package org.sourceos.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.gitstore.PackFile;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestUser;
import org.sourceos.launcher.limit.Limits;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.MemoryKind;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.RootMode;
import org.sourceos.launcher.qemu.VmSpec;

/** From an image and the command line to a machine and its program. */
public final class VmSpecs {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** The feature of a kernel that gives free memory back. */
    private static final String BALLOON = "BALLOON";

    private VmSpecs() {}

    /**
     * The machine.
     *
     * @param tscKhz see {@link org.sourceos.launcher.qemu.TscFrequency}
     */
    public static VmSpec machine(ImageManifest image, ImageFiles files, RunOptions options, Accel accel, long tscKhz)
            throws LaunchException {
        ImageManifest.RunDefaults run = image.run();
        long images =
                files.disks().stream().filter(disk -> !PackFile.isPack(disk)).count();
        if (images != image.layers().size()) {
            throw new IllegalArgumentException(image.layers().size() + " layers need as many disks, not " + images);
        }
        VmSpec spec = new VmSpec(
                image.name(),
                files.kernel(),
                files.initramfs(),
                files.disks(),
                rootMode(image),
                Math.max(1, options.memoryMib().orElse(run.memoryMib())),
                Math.max(1, options.cpus().orElse(run.cpus())),
                network(image, options),
                options.shares(),
                accel,
                tscKhz);
        boolean reports = image.kernel().features().contains(BALLOON) && spec.devices() < VmSpec.MAX_DEVICES;
        boolean hugepages = limits(image, options).flag(Limits.HUGEPAGES);
        // What is reserved anyway needs not be given back.
        VmSpec whole = spec.of(new MemoryKind(hugepages, reports && !hugepages));
        whole.check();
        return whole;
    }

    /** What the machine may take of the host. */
    public static Limits limits(ImageManifest image, RunOptions options) throws LaunchException {
        return Limits.of(options.limits()).over(Limits.of(image.run().limits()));
    }

    private static RootMode rootMode(ImageManifest image) throws LaunchException {
        return switch (image.run().rootFilesystem()) {
            case "overlayfs" -> RootMode.OVERLAYFS;
            case "readonly" -> RootMode.READONLY;
            default ->
                throw new LaunchException("cannot run " + image.name() + ": its recipe asks for filesystem = \""
                        + image.run().rootFilesystem() + "\"; this version knows overlayfs and readonly");
        };
    }

    private static Network network(ImageManifest image, RunOptions options) throws LaunchException {
        String kind = options.network().orElse(image.run().network());
        return switch (kind) {
            case "user" -> new Network.User(options.ports());
            case "isolated" -> new Network.User(options.ports(), true);
            case "none" -> {
                if (!options.ports().isEmpty()) {
                    throw new LaunchException("cannot run " + image.name() + ": port "
                            + options.ports().get(0).hostPort()
                            + " cannot be forwarded to a machine without a network; run with --network=user");
                }
                yield new Network.None();
            }
            default ->
                throw new LaunchException("cannot run " + image.name() + ": there is no network \"" + kind
                        + "\"; this version knows user, isolated and none");
        };
    }

    /**
     * The program.
     *
     * @param directory where it runs; the user's home when empty
     * @param term the caller's {@code TERM}, where the program has a terminal
     */
    public static GuestProgram program(
            ImageManifest image, RunOptions options, GuestUser user, Optional<String> directory, Optional<String> term)
            throws LaunchException {
        List<String> arguments =
                new ArrayList<>(options.command().isEmpty() ? image.run().command() : options.command());
        arguments.addAll(options.arguments());
        if (arguments.isEmpty()) {
            throw new LaunchException("cannot run " + image.name()
                    + ": its recipe names no command; name one with --command, or add command to [runtime]");
        }
        SortedMap<String, String> environment = new TreeMap<>();
        environment.put("PATH", PATH);
        environment.put("HOME", user.home());
        environment.put("USER", user.name());
        environment.put("LOGNAME", user.name());
        environment.put("LANG", "C.UTF-8");
        term.ifPresent(value -> environment.put("TERM", value));
        environment.putAll(image.run().environment());
        environment.putAll(options.environment());
        return new GuestProgram(arguments, environment, directory, user, image.name());
    }
}
