package org.sourceos.gitstore.git;

import java.io.IOException;
import java.util.Locale;

/** Room that is not there: Java has no exception of its own for it, so it is told by what the system says. */
public final class FullDisk {
    private FullDisk() {}

    /** Whether a write failed because nothing more fits, on the disk or into what its user may have of it. */
    public static boolean isCauseOf(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("disk quota exceeded");
    }
}
