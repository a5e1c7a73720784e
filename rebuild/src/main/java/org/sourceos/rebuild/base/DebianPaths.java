package org.sourceos.rebuild.base;

import java.util.List;
import java.util.Set;
import org.sourceos.gitstore.tree.TreePath;

/** Which files of a Debian system a build environment keeps. */
final class DebianPaths {
    /** What nobody reads in a build environment. */
    private static final List<TreePath> DOCUMENTATION = paths(
            "usr/share/doc",
            "usr/share/doc-base",
            "usr/share/info",
            "usr/share/man",
            "usr/share/locale",
            "usr/share/lintian",
            "usr/share/linda",
            "usr/share/bug",
            "usr/share/gcc",
            "usr/share/gdb");

    /** Folders that stay, empty: what is in them belongs to the moment or to the machine that made the base. */
    private static final List<TreePath> EMPTIED = paths(
            "dev",
            "proc",
            "sys",
            "run",
            "tmp",
            "root",
            "etc/apt",
            "var/backups",
            "var/cache",
            "var/lib/apt",
            "var/log",
            "var/tmp",
            "var/lib/dpkg/updates",
            "var/lib/dpkg/triggers");

    /** Copies, locks, and what says whose machine it was. */
    private static final Set<TreePath> LEFT_OUT = Set.copyOf(paths(
            "etc/hostname",
            "etc/hosts",
            "etc/resolv.conf",
            "etc/machine-id",
            "etc/mtab",
            "etc/.pwd.lock",
            "etc/passwd-",
            "etc/group-",
            "etc/shadow-",
            "etc/gshadow-",
            "etc/subuid-",
            "etc/subgid-",
            "etc/dpkg/dpkg.cfg.d/99mmdebstrap",
            "var/lib/dbus/machine-id",
            "var/lib/systemd/random-seed",
            "var/lib/dpkg/lock",
            "var/lib/dpkg/lock-frontend",
            "var/lib/dpkg/status-old",
            "var/lib/dpkg/available",
            "var/lib/dpkg/available-old",
            "var/lib/dpkg/diversions-old",
            "var/lib/dpkg/statoverride-old"));

    private static final List<TreePath> MERGED = paths("bin", "sbin", "lib", "lib32", "lib64", "libx32");
    private static final TreePath USR = TreePath.of("usr");

    private DebianPaths() {}

    private static List<TreePath> paths(String... paths) {
        return java.util.Arrays.stream(paths).map(TreePath::of).toList();
    }

    static boolean isKept(TreePath path) {
        return !LEFT_OUT.contains(path)
                && DOCUMENTATION.stream().noneMatch(d -> d.contains(path))
                && EMPTIED.stream().noneMatch(e -> e.contains(path) && !e.equals(path));
    }

    /** Patterns that keep dpkg from unpacking what would be left out anyway. */
    static List<String> dpkgExcludes() {
        return DOCUMENTATION.stream()
                .map(path -> "path-exclude=/" + path + "/*")
                .toList();
    }

    /** Whether a root of that path is a link into {@code usr} on a system with merged /usr. */
    static boolean isMergedRoot(TreePath path) {
        return MERGED.contains(path);
    }

    /** Where a path of a package lies on a system with merged /usr. */
    static TreePath merged(TreePath path) {
        for (TreePath root : MERGED) {
            if (root.contains(path)) {
                byte[] whole = path.toBytes();
                byte[] below = new byte[whole.length + 4];
                System.arraycopy(USR.child("x").toBytes(), 0, below, 0, 4);
                System.arraycopy(whole, 0, below, 4, whole.length);
                return TreePath.of(below);
            }
        }
        return path;
    }
}
