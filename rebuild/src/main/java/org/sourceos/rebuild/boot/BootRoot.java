package org.sourceos.rebuild.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.sourceos.rebuild.RebuildException;

/**
 * Where boot loaders look.
 *
 * @param place the root of the partition that entries and kernels are put on
 * @param loader the root of the one that has {@code loader/loader.conf}: the EFI system partition, often the same
 */
public record BootRoot(Path place, Path loader) {
    /** In the order in which {@code bootctl} looks for the EFI system partition. */
    private static final List<String> SYSTEM_PARTITIONS = List.of("/efi", "/boot", "/boot/efi");

    private static final String BOOT = "/boot";

    /** Both in one. */
    public static BootRoot of(Path place) {
        return new BootRoot(place, place);
    }

    /**
     * Of this computer: what is mounted with a file system that firmware reads. Entries go to {@code /boot} where that is a
     * partition of its own (an extended boot loader partition), else to the EFI system partition.
     *
     * @throws RebuildException UNUSABLE when there is none
     */
    public static BootRoot ofThisMachine() throws RebuildException {
        try {
            return among(Files.readAllLines(Path.of("/proc/self/mountinfo")))
                    .orElseThrow(() -> new RebuildException(
                            RebuildException.Kind.UNUSABLE,
                            "found no partition for a boot loader: nothing with a FAT file system is mounted on /efi, /boot"
                                    + " or /boot/efi; mount it, or say where it is with --boot-root DIR or"
                                    + " system.boot.root"));
        } catch (IOException e) {
            throw new RebuildException(
                    RebuildException.Kind.UNUSABLE, "cannot read what is mounted: " + e + "; say --boot-root DIR", e);
        }
    }

    /** @param mounts lines of {@code mountinfo}: the fifth field is where, the one after {@code -} the file system */
    static Optional<BootRoot> among(List<String> mounts) {
        Set<String> fat = mounts.stream()
                .filter(line -> line.contains(" - vfat ") || line.contains(" - msdos "))
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields.length > 4)
                .map(fields -> fields[4])
                .collect(Collectors.toSet());
        Optional<String> system =
                SYSTEM_PARTITIONS.stream().filter(fat::contains).findFirst();
        return system.map(loader -> new BootRoot(Path.of(fat.contains(BOOT) ? BOOT : loader), Path.of(loader)));
    }
}
