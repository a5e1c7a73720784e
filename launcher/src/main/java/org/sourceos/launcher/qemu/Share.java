package org.sourceos.launcher.qemu;

import java.nio.file.Path;
import org.sourceos.launcher.LaunchException;

/**
 * A folder of the host inside the guest.
 *
 * @param host an absolute path of a folder
 * @param guest an absolute path, without {@code .} and {@code ..}; the folder is made when the guest has none
 */
public record Share(Path host, String guest, boolean readOnly) {
    public Share {
        if (!host.isAbsolute()) {
            throw new IllegalArgumentException("a shared folder is named by an absolute path, not " + host);
        }
        if (!isGuestPath(guest)) {
            throw new IllegalArgumentException("not an absolute path in the machine: " + guest);
        }
    }

    /** Reads {@code HOST:GUEST[:ro|:rw]}; a relative host path is below {@code directory}. */
    public static Share parse(String text, Path directory) throws LaunchException {
        String rest = text;
        boolean readOnly = rest.endsWith(":ro");
        if (readOnly || rest.endsWith(":rw")) {
            rest = rest.substring(0, rest.length() - 3);
        }
        int colon = rest.lastIndexOf(":/");
        if (colon <= 0 || !isGuestPath(rest.substring(colon + 1))) {
            throw new LaunchException("cannot share " + text
                    + ": it is not HOST:GUEST[:ro] with an absolute path in the machine; write for instance -v "
                    + ".:/work or -v /srv/data:/data:ro");
        }
        return new Share(directory.resolve(rest.substring(0, colon)).normalize(), rest.substring(colon + 1), readOnly);
    }

    private static boolean isGuestPath(String path) {
        if (!path.startsWith("/") || path.equals("/") || path.indexOf('\0') >= 0 || path.length() > 4000) {
            return false;
        }
        for (String name : path.substring(1).split("/", -1)) {
            if (name.isEmpty() || name.equals(".") || name.equals("..")) {
                return false;
            }
        }
        return true;
    }
}
