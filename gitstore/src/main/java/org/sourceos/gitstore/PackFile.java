package org.sourceos.gitstore;

import java.io.IOException;
import java.nio.file.Path;
import org.sourceos.gitstore.git.StorageCheck;

/** A pack as a disk of machines: what it is called there, and whether it is still what was written. */
public final class PackFile {
    /** The length of a disk's serial number, which virtio limits. */
    private static final int SERIAL = 20;

    private static final String WRITER = "pack 1";

    private PackFile() {}

    /** Whether a machine's disk is a pack, and not an image. */
    public static boolean isPack(Path disk) {
        return String.valueOf(disk.getFileName()).matches("pack-[0-9a-f]{40}\\.pack");
    }

    /** By which a guest tells it from other disks: the beginning of its name, which images name it by. */
    public static String serial(Path pack) {
        return name(pack).substring(0, SERIAL);
    }

    static String name(Path pack) {
        String file = String.valueOf(pack.getFileName());
        return file.substring(0, file.length() - ".pack".length());
    }

    /** Its record is among those of the disks: git would wonder about it. */
    private static DerivedFile derived(Path pack, Path disks) {
        return new DerivedFile(
                pack, disks.resolve(pack.getFileName() + StoreLayout.RECORD), WRITER, PackFile::checksum);
    }

    private static String checksum(Path pack) throws IOException {
        return StorageCheck.checksum(pack).orElse("damaged");
    }

    /** Whether it has the checksum that it is named after: compared once in a boot, and after anything wrote to it. */
    static boolean isSound(Path pack, Path disks) throws IOException {
        DerivedFile derived = derived(pack, disks);
        return derived.isUsable() || derived.adopt(name(pack).substring("pack-".length()));
    }

    /** Notes of a pack that was just written that it is as it should be. */
    static void written(Path pack, Path disks) throws IOException {
        derived(pack, disks).written(name(pack).substring("pack-".length()));
    }
}
