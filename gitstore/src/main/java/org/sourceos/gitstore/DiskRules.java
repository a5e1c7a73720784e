package org.sourceos.gitstore;

/**
 * How a machine gets its layers' files.
 *
 * @param devices how many disks it has room for, the images included
 * @param worthwhile how many bytes must be in a pack, so that it becomes a disk of its own
 * @param mixed whether it may be one in which files of layers are that have nothing to do with the machine, which could read
 *     them
 */
public record DiskRules(int devices, long worthwhile, boolean mixed) {
    /** Below that a copy is made sooner than a kernel finds another disk. */
    public static final long ENOUGH = 8L << 20;

    /** Every image holds all of its files. */
    public static DiskRules copies() {
        return new DiskRules(0, Long.MAX_VALUE, false);
    }

    /** Where that saves something. */
    public static DiskRules packsWhereWorthwhile(int devices) {
        return new DiskRules(devices, ENOUGH, false);
    }

    /** Wherever there are packs that can serve. */
    public static DiskRules packs(int devices) {
        return new DiskRules(devices, 1, true);
    }
}
