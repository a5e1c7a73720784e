package org.sourceos.launcher.qemu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sourceos.gitstore.PackFile;

/**
 * The QEMU command for a machine: a pure function of its {@link VmSpec}.
 *
 * <p>The machine is a {@code microvm} without ACPI and PCI that starts an uncompressed kernel through PVH. Its devices sit
 * on virtio-mmio, and the guest recognises each by a name of its own (disk serials, port name, mount tags), never by order.
 */
public final class QemuCommandLine {
    /** The guest opens the port of this name. */
    public static final String PORT_NAME = "org.sourceos.control";

    private QemuCommandLine() {}

    /**
     * The arguments, program first.
     *
     * @param control a socket QEMU connects to for the guest's port
     * @param qmp a socket QEMU connects to for its machine protocol
     */
    public static List<String> arguments(VmSpec spec, Path control, Path qmp) {
        return arguments(spec, new Memory.Private(), control, qmp);
    }

    /** The same for a machine that is saved, or restored: but for where it begins, it must match in everything. */
    public static List<String> arguments(VmSpec spec, Memory memory, Path control, Path qmp) {
        List<String> argv = new ArrayList<>(List.of(spec.qemu().program()));
        spec.qemu().firmware().ifPresent(folder -> add(argv, "-L", folder.toString()));
        add(argv, "-name", escape("sourceos-" + spec.name()));
        // No user files, no default devices: the machine is what stands here.
        argv.addAll(List.of("-no-user-config", "-nodefaults", "-display", "none"));
        // A guest that resets has ended: that is how it switches off, for there is no ACPI.
        argv.add("-no-reboot");
        // The RTC saves a second in which the kernel waits for one; PIT and PIC let it measure its timers.
        String machine = "microvm,acpi=off,pit=on,pic=on,rtc=on,isa-serial=on,usb=off,graphics=off"
                // QEMU's default is to offer all memory to the kernel for merging, across all that share the host.
                + ",mem-merge=off";
        if (!spec.memory().canBeRestored() && !(memory instanceof Memory.Private)) {
            throw new IllegalArgumentException("a machine with " + spec.memory() + " is neither saved nor restored");
        }
        if (memory instanceof Memory.Recorded recorded) {
            add(argv, "-object", memoryFile(spec, recorded.file(), true));
            machine += ",memory-backend=ram";
        } else if (memory instanceof Memory.Restored restored) {
            add(argv, "-object", memoryFile(spec, restored.file(), false));
            machine += ",memory-backend=ram";
        } else if (spec.memory().hugepages()) {
            add(
                    argv,
                    "-object",
                    "memory-backend-memfd,id=ram,size=" + spec.memoryMib() + "M,hugetlb=on,hugetlbsize=2M");
            machine += ",memory-backend=ram";
        }
        add(argv, "-M", machine);
        switch (spec.accel()) {
            case KVM -> add(argv, "-accel", "kvm", "-cpu", "host");
            // One translation thread per virtual processor.
            case TCG -> add(argv, "-accel", "tcg,thread=multi", "-cpu", "max");
        }
        add(argv, "-m", spec.memoryMib() + "M");
        add(argv, "-smp", String.valueOf(spec.cpus()));
        if (memory instanceof Memory.Restored) {
            add(argv, "-incoming", "defer");
        } else {
            add(argv, "-kernel", spec.kernel().toString());
            add(argv, "-initrd", spec.initramfs().toString());
            add(argv, "-append", kernelCommandLine(spec));
        }
        add(argv, "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
        // Modern virtio only; the transports would otherwise speak the one before 1.0.
        add(argv, "-global", "virtio-mmio.force-legacy=false");
        add(argv, "-chardev", "stdio,id=console,mux=off,signal=off", "-serial", "chardev:console");
        add(argv, "-chardev", "socket,id=qmp,server=off,path=" + escape(qmp.toString()));
        add(argv, "-mon", "chardev=qmp,mode=control");
        add(argv, "-chardev", "socket,id=control,server=off,path=" + escape(control.toString()));
        add(argv, "-device", "virtio-serial-device,max_ports=2");
        add(argv, "-device", "virtserialport,chardev=control,name=" + PORT_NAME);
        for (int i = 0; i < spec.disks().size(); i++) {
            add(
                    argv,
                    "-blockdev",
                    "driver=raw,node-name=layer" + i + ",read-only=on,file.driver=file,file.locking=off,file.filename="
                            + escape(spec.disks().get(i).toString()));
            add(argv, "-device", "virtio-blk-device,drive=layer" + i + ",serial=" + serial(spec, i));
        }
        if (spec.network() instanceof Network.User user) {
            StringBuilder netdev = new StringBuilder("user,id=net,ipv6=off" + (user.isolated() ? ",restrict=on" : ""));
            for (PortForward forward : user.forwards()) {
                netdev.append(",hostfwd=tcp:")
                        .append(forward.address())
                        .append(':')
                        .append(forward.hostPort())
                        .append("-:")
                        .append(forward.guestPort());
            }
            add(argv, "-netdev", netdev.toString(), "-device", "virtio-net-device,netdev=net");
        }
        for (int i = 0; i < spec.shares().size(); i++) {
            Share share = spec.shares().get(i);
            add(
                    argv,
                    "-fsdev",
                    "local,id=share" + i + ",security_model=none,multidevs=remap"
                            + (share.readOnly() ? ",readonly=on" : "") + ",path="
                            + escape(share.host().toString()));
            add(argv, "-device", "virtio-9p-device,fsdev=share" + i + ",mount_tag=" + tag(i));
        }
        if (spec.memory().balloon()) {
            add(argv, "-device", "virtio-balloon-device,free-page-reporting=on,deflate-on-oom=on");
        }
        return List.copyOf(argv);
    }

    /** Shared, QEMU writes into the file; otherwise what the guest changes stays in QEMU's own memory. */
    private static String memoryFile(VmSpec spec, Path file, boolean share) {
        return "memory-backend-file,id=ram,size=" + spec.memoryMib() + "M,share=" + (share ? "on" : "off")
                + ",mem-path=" + escape(file.toString());
    }

    private static String serial(VmSpec spec, int disk) {
        return disk < spec.layers()
                ? "layer" + disk
                : PackFile.serial(spec.disks().get(disk));
    }

    /** The name under which the guest mounts the share at this place of the list. */
    public static String tag(int share) {
        return "share" + share;
    }

    /** What the kernel is told. */
    public static String kernelCommandLine(VmSpec spec) {
        StringBuilder line = new StringBuilder("console=ttyS0 quiet reboot=t panic=-1 random.trust_cpu=on");
        if (spec.tscKhz() > 0 && spec.accel() == Accel.TCG) {
            // The translator hands out the host's counter. Without its frequency the guest measures it, 50 ms long.
            // Nor may it check the counter against its own ticks: those come late on a loaded host, the counter does
            // not.
            line.append(" tsc=reliable tsc_early_khz=").append(spec.tscKhz());
        }
        // What the kernel does not know it puts into the environment of init.
        line.append(" SOURCEOS_LAYERS=").append(spec.layers());
        line.append(" SOURCEOS_ROOT=").append(spec.rootMode().name().toLowerCase(Locale.ROOT));
        return line.toString();
    }

    private static void add(List<String> argv, String... arguments) {
        argv.addAll(List.of(arguments));
    }

    /** QEMU's option values end at a comma; a doubled one is a comma. */
    private static String escape(String value) {
        return value.replace(",", ",,");
    }
}
