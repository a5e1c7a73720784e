package org.sourceos.cli;

import org.sourceos.gitstore.DiskRules;
import org.sourceos.launcher.qemu.VmSpec;

/** What {@code SOURCEOS_IMAGES} can say: whether machines read files out of the store's packs, or copies of them. */
final class DiskChoice {
    private DiskChoice() {}

    /**
     * @param shares how many shared folders the machine has, which take the same slots as disks
     * @param outlives whether the machine outlives the command, which alone holds its files: a collection may replace a pack
     *     before it is started again
     */
    static DiskRules of(CommandContext context, int shares, boolean outlives) throws UsageException {
        String text = context.environment().getOrDefault("SOURCEOS_IMAGES", "auto");
        int devices = VmSpec.roomForDisks(shares);
        return switch (text) {
            case "auto" -> outlives ? DiskRules.copies() : DiskRules.packsWhereWorthwhile(devices);
            case "packs" -> outlives ? DiskRules.copies() : DiskRules.packs(devices);
            case "files" -> DiskRules.copies();
            default ->
                throw new UsageException("SOURCEOS_IMAGES is \"" + text
                        + "\"; it can be auto (a machine reads large files out of the store's packs), packs (as many as"
                        + " it can) or files (it has a copy of them)");
        };
    }
}
