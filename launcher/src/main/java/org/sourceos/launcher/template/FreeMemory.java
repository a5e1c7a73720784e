package org.sourceos.launcher.template;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory programs may still take, as the kernel estimates it. */
@FunctionalInterface
public interface FreeMemory {
    long mebibytes();

    /** This host's {@code MemAvailable}; zero where it is not told. */
    static long ofHost() {
        try {
            for (String line :
                    Files.readString(Path.of("/proc/meminfo")).lines().toList()) {
                if (line.startsWith("MemAvailable:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
                }
            }
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
        return 0;
    }
}
