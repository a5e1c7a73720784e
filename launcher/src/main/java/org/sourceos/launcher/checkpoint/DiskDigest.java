package org.sourceos.launcher.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.StoreLayout;

/** The SHA-256 of a disk's file: as the store has it written down beside the file, which it looks after; otherwise computed. */
final class DiskDigest {
    /** The record's third line. */
    private static final int LINE = 2;

    private DiskDigest() {}

    static String of(Path disk) throws IOException {
        String name = String.valueOf(disk.getFileName());
        if (name.matches("pack-[0-9a-f]{40}\\.pack")) {
            // A pack is named by what is in it.
            return name;
        }
        try {
            List<String> record = Files.readAllLines(disk.resolveSibling(disk.getFileName() + StoreLayout.RECORD));
            if (record.size() > LINE && record.get(LINE).matches("[0-9a-f]{64}")) {
                return record.get(LINE);
            }
        } catch (NoSuchFileException e) {
            // Not one of the store's.
        }
        return Digest.ofFile(disk).hex();
    }
}
