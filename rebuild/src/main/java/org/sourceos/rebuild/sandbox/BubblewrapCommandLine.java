package org.sourceos.rebuild.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The argument vector that runs a {@link SandboxCommand} under its limits ({@code bwrap(1)}, {@code prlimit(1)}). */
final class BubblewrapCommandLine {
    private static final int OPEN_FILES = 4096;

    private BubblewrapCommandLine() {}

    static List<String> of(SandboxCommand command, SandboxLimits limits) {
        List<String> argv = new ArrayList<>(List.of("prlimit", "--core=0", "--nofile=" + OPEN_FILES));
        argv.add("--fsize=" + limits.fileBytes());
        if (limits.memoryMib() > 0) {
            argv.add("--data=" + ((long) limits.memoryMib() << 20));
        }
        // Builds give way to what the user does meanwhile.
        argv.addAll(List.of("nice", "-n", "5"));
        argv.addAll(List.of("bwrap", "--unshare-all", "--unshare-user", "--disable-userns"));
        argv.addAll(List.of("--die-with-parent", "--new-session"));
        argv.addAll(List.of("--uid", "0", "--gid", "0", "--cap-drop", "ALL", "--hostname", "sourceos"));
        for (SandboxRoot.Entry entry : command.root().entries()) {
            if (entry instanceof SandboxRoot.Entry.Folder folder) {
                argv.addAll(List.of("--ro-bind", folder.source().toString(), "/" + folder.name()));
            } else if (entry instanceof SandboxRoot.Entry.Link link) {
                argv.addAll(List.of("--symlink", link.target(), "/" + link.name()));
            }
        }
        argv.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"));
        for (SandboxCommand.Mount mount : command.mounts()) {
            argv.addAll(List.of(
                    mount.writable() ? "--bind" : "--ro-bind", mount.source().toString(), mount.target()));
        }
        argv.addAll(List.of("--remount-ro", "/", "--chdir", command.directory(), "--clearenv"));
        for (Map.Entry<String, String> variable : command.environment().entrySet()) {
            argv.addAll(List.of("--setenv", variable.getKey(), variable.getValue()));
        }
        // Standard error joins standard output inside, so that what arrives on ours is bubblewrap's own.
        argv.addAll(List.of("--", "/bin/sh", "-c", "umask 022; exec \"$@\" 2>&1", "sh"));
        argv.addAll(command.argv());
        return argv;
    }
}
