package org.sourceos.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.DiskRules;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;
import org.sourceos.launcher.AccelProbe;
import org.sourceos.launcher.ImageFiles;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.RunOptions;
import org.sourceos.launcher.VmSpecs;
import org.sourceos.launcher.guest.GuestUser;
import org.sourceos.launcher.initramfs.Initramfs;
import org.sourceos.launcher.qemu.AccelChoice;
import org.sourceos.launcher.qemu.QemuProgram;
import org.sourceos.launcher.qemu.TscFrequency;
import org.sourceos.launcher.qemu.VmSpec;

/** From a stored image to a machine that can be started here: its files outside git, and what of this host it runs on. */
public final class MachineAssembly {
    private final CommandContext context;
    private final Places places;
    private final BuildCache cache;

    /** @param cache to be closed only when the machine has ended, or been handed over: until then its files stay */
    public MachineAssembly(CommandContext context, Places places, BuildCache cache) {
        this.context = context;
        this.places = places;
        this.cache = cache;
    }

    /**
     * @param shares how many folders the machine shares
     * @param outlives whether the machine outlives this command
     */
    public ImageFiles files(ImageManifest image, int shares, boolean outlives)
            throws StoreException, LaunchException, UsageException {
        DiskRules rules = DiskChoice.of(context, shares, outlives);
        return context.resident().isPresent()
                ? known(image, rules, context.resident().get())
                : found(image, rules);
    }

    private ImageFiles known(ImageManifest image, DiskRules rules, Resident resident)
            throws StoreException, LaunchException {
        String key;
        try {
            key = cache.directory() + " " + image.kernel().tree() + " " + image.layers() + " " + rules + " "
                    + KnownFiles.identity(init());
        } catch (IOException e) {
            return found(image, rules);
        }
        KnownFiles known = resident.keep(KnownFiles.class, KnownFiles::new);
        Optional<ImageFiles> files = known.held(key, cache);
        if (files.isPresent()) {
            return files.get();
        }
        ImageFiles found = found(image, rules);
        known.remember(key, found);
        return found;
    }

    private Path init() {
        return context.library().resolve("guest-init");
    }

    private ImageFiles found(ImageManifest image, DiskRules rules) throws StoreException, LaunchException {
        Cancellation cancellation = context.cancellation();
        List<StoredLayer> layers = new ArrayList<>();
        for (ImageManifest.LayerPart layer : image.layers()) {
            layers.add(cache.layer(layer.tree()));
        }
        List<Path> disks = cache.disks(layers, rules, cancellation);
        Path initramfs = Initramfs.write(init(), cache.directory().resolve("disks"));
        // The other files are the cache's own, which holds what it gave out until it is closed after the run.
        cache.hold(initramfs);
        return new ImageFiles(
                cache.file(cache.layer(image.kernel().tree()), "vmlinux", cancellation), initramfs, disks);
    }

    /** With what machines are started here. */
    public static LaunchContext launch(CommandContext context, Places places) throws LaunchException {
        return new LaunchContext(
                new ProcessRunner(),
                places.runtime(),
                LaunchContext.DEFAULT_BOOT_DEADLINE,
                context.clock(),
                new SecureRandom(),
                Confining.of(context, places));
    }

    /** @param bootTimeout what `--boot-timeout` says, in seconds; null where it was not given */
    public static LaunchContext launch(CommandContext context, Places places, @Nullable Integer bootTimeout)
            throws LaunchException {
        LaunchContext launch = launch(context, places);
        return bootTimeout == null ? launch : launch.withBootDeadline(Duration.ofSeconds(Math.max(1, bootTimeout)));
    }

    /** What the kernel runs on: found out once for each kernel and start of the host. */
    public AccelProbe.Verdict accel(AccelChoice choice, QemuProgram qemu, ImageFiles files, LaunchContext launch)
            throws LaunchException {
        return new AccelProbe(launch, places.state(), qemu)
                .decide(choice, files.kernel(), files.initramfs(), User.uid(), context.cancellation());
    }

    /**
     * A machine as it is run when nobody says how.
     *
     * @param qemuSetting what the configuration says of QEMU
     */
    public VmSpec machine(ImageManifest image, RunOptions options, Optional<String> qemuSetting)
            throws StoreException, LaunchException, UsageException {
        ImageFiles files = files(image, options.shares().size(), true);
        QemuProgram qemu = new QemuChoice(context, cache).of(qemuSetting);
        AccelProbe.Verdict verdict = accel(AccelChoices.of(context, null), qemu, files, launch(context, places));
        return VmSpecs.machine(image, files, options, verdict.accel(), TscFrequency.ofHost())
                .by(qemu);
    }

    /** Who the program runs as: the caller. */
    public static GuestUser user(CommandContext context) throws IOException {
        String user = context.environment().getOrDefault("USER", User.isRoot() ? "root" : "user");
        return GuestUser.current(user, User.isRoot() ? "/root" : "/home/" + user);
    }
}
