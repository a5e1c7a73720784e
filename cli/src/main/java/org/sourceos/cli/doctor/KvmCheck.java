package org.sourceos.cli.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.MachineAssembly;
import org.sourceos.cli.Places;
import org.sourceos.cli.User;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredItem;
import org.sourceos.launcher.AccelProbe;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.initramfs.Initramfs;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.AccelChoice;
import org.sourceos.launcher.qemu.QemuProgram;

/** Whether machines run under KVM here: by booting the newest kernel of the store, where there is one. */
public final class KvmCheck {
    private final CommandContext context;
    private final Places places;

    public KvmCheck(CommandContext context, Places places) {
        this.context = context;
        this.places = places;
    }

    Finding find() {
        if (!Files.exists(Path.of("/dev/kvm"))) {
            return Finding.limited(
                    "KVM",
                    "no /dev/kvm: machines are emulated, which is slower",
                    "switch virtualisation on in the firmware, or load the module kvm_intel or kvm_amd");
        }
        try (BuildCache cache = BuildCache.open(places.store(), context.cancellation())) {
            Optional<StoredItem> newest =
                    cache.list(StoreRef.Namespace.KERNELS).stream().max(Comparator.comparing(StoredItem::madeAt));
            Optional<ObjectName> layer =
                    newest.isPresent() ? cache.subtree(newest.get().tree(), "layer") : Optional.empty();
            if (layer.isEmpty()) {
                return Finding.limited(
                        "KVM",
                        "/dev/kvm is there; whether it runs a guest is tried with the first kernel",
                        "build one: sourceos build hello");
            }
            LaunchContext launch = MachineAssembly.launch(context, places);
            AccelProbe.Verdict verdict = new AccelProbe(launch, places.state(), QemuProgram.installed())
                    .decide(
                            AccelChoice.AUTO,
                            cache.file(cache.layer(layer.get()), "vmlinux", context.cancellation()),
                            Initramfs.write(
                                    context.library().resolve("guest-init"),
                                    cache.directory().resolve("disks")),
                            User.uid(),
                            context.cancellation());
            return verdict.accel() == Accel.KVM
                    ? Finding.usable("KVM", "runs guests")
                    : Finding.limited(
                            "KVM",
                            verdict.explanation(),
                            "nothing, if this is a virtual machine without nested virtualisation: machines are emulated");
        } catch (StoreException | LaunchException e) {
            return Finding.limited("KVM", String.valueOf(e.getMessage()), "mend what the message says and ask again");
        }
    }
}
