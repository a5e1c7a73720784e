package org.sourceos.launcher.limit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** On which devices files are, as {@code io.max} names them: whole disks, for the kernel limits no partitions. */
final class BlockDevices {
    private BlockDevices() {}

    /** What is in memory, or on another computer, is on none. */
    static List<String> of(List<Path> files) {
        SortedSet<String> devices = new TreeSet<>();
        for (Path file : files) {
            try {
                long number = ((Number) Files.getAttribute(file, "unix:dev")).longValue();
                // As gnu_dev_major(3) and gnu_dev_minor(3) take it apart.
                long major = (number >>> 8 & 0xfff) | (number >>> 32 & ~0xfffL);
                long minor = (number & 0xff) | (number >>> 12 & ~0xffL);
                disk(Path.of("/sys/dev/block/" + major + ":" + minor)).ifPresent(devices::add);
            } catch (IOException e) {
                // Whoever starts the machine says that a file is missing.
            }
        }
        return List.copyOf(devices);
    }

    private static Optional<String> disk(Path device) throws IOException {
        if (!Files.exists(device)) {
            return Optional.empty();
        }
        Path real = device.toRealPath();
        Path whole = Files.exists(real.resolve("partition")) ? real.resolveSibling("dev") : real.resolve("dev");
        return Optional.of(Files.readString(whole).strip());
    }
}
