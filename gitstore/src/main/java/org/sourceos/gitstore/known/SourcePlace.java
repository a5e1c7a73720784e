package org.sourceos.gitstore.known;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import org.sourceos.gitstore.tree.FileIdentity;
import org.sourceos.host.posix.MountedFiles;
import org.sourceos.host.posix.Posix;

/**
 * Where a folder's files are: what is known of them is of this run of the kernel and of this mount. In another, the same numbers
 * may be those of another file.
 */
record SourcePlace(UUID boot, long device, MountedFiles mounted) {
    static final int BYTES = 16 + 8 + 3 * 8;

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /**
     * File systems that let nobody write to a clean page through a mapping without a page fault, and set the times at that fault:
     * ext4 (and ext2 and ext3, which it mounts), XFS, Btrfs. Others do too, but nobody has looked how.
     */
    private static final Set<Long> NOTICING = Set.of(0xEF53L, 0x58465342L, 0x9123683EL);

    static SourcePlace of(byte[] folder) throws IOException {
        return new SourcePlace(thisBoot(), Posix.status(folder).device(), Posix.mounted(folder));
    }

    static UUID thisBoot() throws IOException {
        try {
            return UUID.fromString(
                    Files.readString(BOOT_ID, StandardCharsets.US_ASCII).strip());
        } catch (IllegalArgumentException e) {
            throw new IOException("a boot without a name", e);
        }
    }

    /** Whether a change of any file here can be seen by its times. */
    boolean isNoticing() {
        return NOTICING.contains(mounted.type());
    }

    /**
     * Whether that holds for this file. A time of a whole second was given by a file system that cannot say it better, or by a
     * program that makes images; either may give it twice.
     */
    boolean isNoticing(FileIdentity file) {
        return file.device() == device && file.pageCached() && file.changed().nanos() != 0;
    }

    void write(ByteBuffer out) {
        out.putLong(boot.getMostSignificantBits()).putLong(boot.getLeastSignificantBits());
        out.putLong(device);
        out.putLong(mounted.type()).putLong(mounted.id()).putLong(mounted.mount());
    }

    static SourcePlace read(ByteBuffer in) {
        UUID boot = new UUID(in.getLong(), in.getLong());
        long device = in.getLong();
        return new SourcePlace(boot, device, new MountedFiles(in.getLong(), in.getLong(), in.getLong()));
    }
}
