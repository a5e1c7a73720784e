package org.sourceos.launcher.qemu;

import java.nio.file.Path;
import java.util.List;
import org.sourceos.gitstore.PackFile;
import org.sourceos.launcher.LaunchException;

/**
 * What a machine consists of: everything {@link QemuCommandLine} needs, and nothing of the program that runs in it (that
 * comes later, through {@link org.sourceos.launcher.guest.StartMessage}).
 *
 * @param name for messages and the host's process list
 * @param kernel an uncompressed {@code vmlinux} with a PVH entry
 * @param initramfs what {@link org.sourceos.launcher.initramfs.Initramfs} wrote
 * @param disks EROFS images of the root file system, topmost first, then the packs that these leave files in (see {@link
 *     PackFile#isPack}); none for a machine that only shows that it boots
 * @param qemu the program that runs it
 * @param tscKhz the frequency of the host's time stamp counter, so that the guest need not measure it; 0 when unknown
 * @param memory what its memory is made of
 */
public record VmSpec(
        String name,
        Path kernel,
        Path initramfs,
        List<Path> disks,
        RootMode rootMode,
        int memoryMib,
        int cpus,
        Network network,
        List<Share> shares,
        Accel accel,
        QemuProgram qemu,
        long tscKhz,
        MemoryKind memory) {

    /** Slots for devices that a microvm without ACPI has. */
    public static final int MAX_DEVICES = 8;

    public VmSpec {
        disks = List.copyOf(disks);
        shares = List.copyOf(shares);
        if (memoryMib < 1 || cpus < 1 || tscKhz < 0) {
            throw new IllegalArgumentException("a machine needs memory and a processor");
        }
    }

    /** Of ordinary memory. */
    public VmSpec(
            String name,
            Path kernel,
            Path initramfs,
            List<Path> disks,
            RootMode rootMode,
            int memoryMib,
            int cpus,
            Network network,
            List<Share> shares,
            Accel accel,
            QemuProgram qemu,
            long tscKhz) {
        this(
                name,
                kernel,
                initramfs,
                disks,
                rootMode,
                memoryMib,
                cpus,
                network,
                shares,
                accel,
                qemu,
                tscKhz,
                MemoryKind.ORDINARY);
    }

    /** Run by the installed QEMU. */
    public VmSpec(
            String name,
            Path kernel,
            Path initramfs,
            List<Path> disks,
            RootMode rootMode,
            int memoryMib,
            int cpus,
            Network network,
            List<Share> shares,
            Accel accel,
            long tscKhz) {
        this(
                name,
                kernel,
                initramfs,
                disks,
                rootMode,
                memoryMib,
                cpus,
                network,
                shares,
                accel,
                QemuProgram.installed(),
                tscKhz);
    }

    /** The same machine, run by another QEMU. */
    public VmSpec by(QemuProgram other) {
        return new VmSpec(
                name, kernel, initramfs, disks, rootMode, memoryMib, cpus, network, shares, accel, other, tscKhz,
                memory);
    }

    /** The same machine with such memory. */
    public VmSpec of(MemoryKind other) {
        return new VmSpec(
                name, kernel, initramfs, disks, rootMode, memoryMib, cpus, network, shares, accel, qemu, tscKhz, other);
    }

    /** How many of the disks are images. */
    public int layers() {
        return (int) disks.stream().filter(disk -> !PackFile.isPack(disk)).count();
    }

    /** How many disks a machine with so many shared folders has room for, whether it has a network card and a balloon or not. */
    public static int roomForDisks(int shares) {
        return MAX_DEVICES - 3 - shares;
    }

    /** The slots it takes: its disks, the control port, the network card, the shares and the balloon. */
    public int devices() {
        return disks.size()
                + 1
                + (network instanceof Network.User ? 1 : 0)
                + shares.size()
                + (memory.balloon() ? 1 : 0);
    }

    /** Fails where QEMU would, but with a message that helps. */
    public void check() throws LaunchException {
        if (devices() > MAX_DEVICES) {
            throw new LaunchException("cannot start " + name + ": it needs " + devices() + " devices (" + disks.size()
                    + " layers, the control port, " + (network instanceof Network.User ? "a network card, " : "")
                    + shares.size() + " shared folders) and a machine has room for " + MAX_DEVICES
                    + "; share one folder that holds the others, or run with fewer -v");
        }
        if (memoryMib < 40) {
            throw new LaunchException("cannot start " + name + ": " + memoryMib
                    + " MiB of memory are too little for the kernel; give it 40 or more with --mem");
        }
        if (cpus > 16) {
            throw new LaunchException("cannot start " + name + ": the kernel has room for 16 processors, not " + cpus
                    + "; use --cpus=16");
        }
    }
}
