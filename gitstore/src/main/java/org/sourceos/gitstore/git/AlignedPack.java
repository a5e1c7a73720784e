package org.sourceos.gitstore.git;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;

/** Writes a layer's large files once more, so that machines can read them out of the pack. */
public final class AlignedPack {
    private AlignedPack() {}

    /**
     * @param temporary an empty folder on the repository's file system; it is removed
     * @param progress is told how many bytes of files are written
     */
    public static void write(
            GitObjects objects,
            List<ObjectName> blobs,
            Path temporary,
            LongConsumer progress,
            Cancellation cancellation)
            throws IOException {
        try (PackWriter writer = PackWriter.pageAlignedAgain(objects.folder().resolve("pack"), temporary, false)) {
            long written = 0;
            for (ObjectName blob : blobs) {
                cancellation.throwIfCancelled();
                GitObject object = objects.open(blob);
                // Read to its end, it is compared with its name.
                try (InputStream in = object.open()) {
                    writer.addInPages(blob, object.size(), in);
                }
                written += object.size();
                progress.accept(written);
            }
            writer.finish();
        } finally {
            Directories.remove(temporary);
        }
        objects.rescan();
    }
}
