package org.sourceos.gitstore.known;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.tree.FileIdentity;
import org.sourceos.host.posix.FileTime;

/** A file as it was, and what its content was. */
public record KnownFile(FileIdentity identity, ObjectName name, Digest digest) {
    static final int BYTES = 8 + 8 + 2 * (8 + 4) + 20 + 32;

    private static final int NAME = 40;
    private static final HexFormat HEX = HexFormat.of();

    /** Without the device, which is the table's. */
    void write(ByteBuffer out) {
        out.putLong(identity.inode()).putLong(identity.size());
        write(out, identity.changed());
        write(out, identity.modified());
        out.put(HEX.parseHex(name.hex())).put(HEX.parseHex(digest.hex()));
    }

    private static void write(ByteBuffer out, FileTime time) {
        out.putLong(time.seconds()).putInt(time.nanos());
    }

    /** Whether what was written at that place is of this file in this state. */
    static boolean isOf(FileIdentity file, ByteBuffer in, int at) {
        return in.getLong(at) == file.inode()
                && in.getLong(at + 8) == file.size()
                && isTime(file.changed(), in, at + 16)
                && isTime(file.modified(), in, at + 28);
    }

    private static boolean isTime(FileTime time, ByteBuffer in, int at) {
        return in.getLong(at) == time.seconds() && in.getInt(at + 8) == time.nanos();
    }

    static KnownFile read(long device, ByteBuffer in, int at) {
        FileTime changed = new FileTime(in.getLong(at + 16), in.getInt(at + 24));
        FileTime modified = new FileTime(in.getLong(at + 28), in.getInt(at + 36));
        FileIdentity file = new FileIdentity(device, in.getLong(at), in.getLong(at + 8), changed, modified, true);
        byte[] digests = new byte[52];
        in.get(at + NAME, digests);
        return new KnownFile(
                file, new ObjectName(HEX.formatHex(digests, 0, 20)), new Digest(HEX.formatHex(digests, 20, 52)));
    }
}
