package org.sourceos.launcher.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * As whom the program runs: the host's caller, so that what it writes into a shared folder has the right owner.
 *
 * @param groups supplementary groups
 * @param name a login name; one that a passwd line cannot hold is replaced by {@code user}
 * @param home an absolute path, made in the machine when it is missing
 */
public record GuestUser(int uid, int gid, List<Integer> groups, String name, String home) {
    private static final String DEFAULT_NAME = "user";

    public GuestUser {
        groups = List.copyOf(groups);
        if (name.isEmpty() || name.length() > 256 || !name.chars().allMatch(GuestUser::isNameCharacter)) {
            name = DEFAULT_NAME;
        }
        if (!home.startsWith("/") || home.indexOf(':') >= 0 || home.indexOf('\n') >= 0) {
            home = "/home/" + name;
        }
    }

    private static boolean isNameCharacter(int c) {
        return c > ' ' && c < 127 && c != ':' && c != '/';
    }

    /** The user of this process, under the given name and home. */
    public static GuestUser current(String name, String home) throws IOException {
        return parse(Files.readString(Path.of("/proc/self/status")), name, home);
    }

    /** Reads the ids from the text of {@code /proc/PID/status} (proc(5)): effective user and group, all other groups. */
    static GuestUser parse(String status, String name, String home) throws IOException {
        int uid = -1;
        int gid = -1;
        List<Integer> groups = new ArrayList<>();
        for (String line : status.lines().toList()) {
            String[] fields = line.trim().split("\\s+", -1);
            try {
                if (fields[0].equals("Uid:")) {
                    uid = Integer.parseUnsignedInt(fields[2]);
                } else if (fields[0].equals("Gid:")) {
                    gid = Integer.parseUnsignedInt(fields[2]);
                } else if (fields[0].equals("Groups:")) {
                    for (int i = 1; i < fields.length; i++) {
                        groups.add(Integer.parseUnsignedInt(fields[i]));
                    }
                }
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new IOException("cannot read the ids of this process from /proc/self/status: " + line, e);
            }
        }
        if (uid == -1 || gid == -1) {
            throw new IOException("cannot read the ids of this process: /proc/self/status has none");
        }
        return new GuestUser(uid, gid, groups, name, home);
    }
}
