package org.sourceos.gitstore.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files of a pack lie side by side and differ in how their names end ({@code gitrepository-layout(5)}). */
final class PackFiles {
    static final String PACK = ".pack";
    static final String INDEX = ".idx";
    static final String KEEP = ".keep";

    /** In the order to remove them in: without its index the rest is a file that nobody looks at. */
    static final List<String> ENDINGS = List.of(INDEX, PACK, KEEP, ".rev", ".bitmap", ".mtimes");

    private PackFiles() {}

    /** The file of the same pack whose name ends so. */
    static Path beside(Path file, String ending) {
        String name = String.valueOf(file.getFileName());
        return file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ending);
    }

    /** What its files have in common: {@code pack-} and a checksum. */
    static String name(Pack pack) {
        String file = String.valueOf(pack.file().getFileName());
        return file.substring(0, file.length() - PACK.length());
    }

    /** What a pack takes on the disk, with its index. */
    static long size(Pack pack) throws IOException {
        return Files.size(pack.file()) + Files.size(pack.index().file());
    }
}
