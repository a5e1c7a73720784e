package org.sourceos.launcher.initramfs;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * An archive in the kernel's initramfs format ({@code newc}, Documentation/driver-api/early-userspace/buffer-format.rst).
 * Everything belongs to root and has no times: same entries, same bytes.
 */
final class Cpio {
    private static final int FOLDER = 0040000;
    private static final int REGULAR = 0100000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int ALIGNMENT = 4;
    private static final int BLOCK = 512;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int inode;

    Cpio folder(String path, int mode) {
        entry(path, FOLDER | mode, new byte[0], 0, 0);
        return this;
    }

    Cpio file(String path, int mode, byte[] content) {
        entry(path, REGULAR | mode, content, 0, 0);
        return this;
    }

    Cpio characterDevice(String path, int mode, int major, int minor) {
        entry(path, CHARACTER_DEVICE | mode, new byte[0], major, minor);
        return this;
    }

    /** The whole archive, with its trailer. */
    byte[] finish() {
        inode = -1;
        entry("TRAILER!!!", 0, new byte[0], 0, 0);
        pad(BLOCK);
        return out.toByteArray();
    }

    private void entry(String path, int mode, byte[] content, int major, int minor) {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        inode++;
        text("070701");
        int[] fields = {inode, mode, 0, 0, 1, 0, content.length, 0, 0, major, minor, name.length + 1, 0};
        for (int field : fields) {
            text(String.format(Locale.ROOT, "%08X", field));
        }
        out.writeBytes(name);
        out.write(0);
        pad(ALIGNMENT);
        out.writeBytes(content);
        pad(ALIGNMENT);
    }

    private void text(String ascii) {
        out.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    private void pad(int multiple) {
        while (out.size() % multiple != 0) {
            out.write(0);
        }
    }
}
