package org.sourceos.launcher;

import java.nio.file.Path;
import java.util.List;

/**
 * The files a machine of an image needs.
 *
 * @param disks an EROFS image for each layer of the manifest, in its order, then the packs that these leave files in
 */
public record ImageFiles(Path kernel, Path initramfs, List<Path> disks) {
    public ImageFiles {
        disks = List.copyOf(disks);
    }
}
