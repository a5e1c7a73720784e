package org.sourceos.cli.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sourceos.cli.UsageException;
import org.sourceos.rebuild.system.MachineDescription;

/** What {@code build-vm} made. */
record MachineFolder(MachineDescription description, Path kernel, Path initramfs, List<Path> disks) {
    static final String DESCRIPTION = "machine.json";
    static final String KERNEL = "vmlinux";
    static final String INITRAMFS = "initramfs";

    /** The file of a disk; topmost first. */
    static String disk(int number) {
        return "disk" + number + ".erofs";
    }

    static MachineFolder open(Path folder) throws IOException, UsageException {
        MachineDescription description;
        try {
            description = MachineDescription.fromJson(Files.readString(folder.resolve(DESCRIPTION)));
        } catch (NoSuchFileException e) {
            throw new UsageException(
                    folder + " is no machine: it has no " + DESCRIPTION + "; sourceos-rebuild build-vm makes one");
        }
        List<Path> disks = new ArrayList<>();
        while (Files.exists(folder.resolve(disk(disks.size())))) {
            disks.add(folder.resolve(disk(disks.size())));
        }
        return new MachineFolder(description, folder.resolve(KERNEL), folder.resolve(INITRAMFS), List.copyOf(disks));
    }
}
