package org.sourceos.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who runs this process. */
public final class User {
    private User() {}

    public static boolean isRoot() {
        return uid() == 0;
    }

    /** The effective user id, from the owner of /proc/self. */
    public static int uid() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new IllegalStateException("/proc is not mounted", e);
        }
    }
}
