package org.sourceos.rebuild.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A program to run in a sandbox.
 *
 * @param mounts in this order, over the root
 * @param directory where it starts, as the sandbox sees it
 * @param environment all of it
 * @param argv the program, looked up inside, and its arguments
 */
public record SandboxCommand(
        SandboxRoot root,
        List<Mount> mounts,
        String directory,
        SortedMap<String, String> environment,
        List<String> argv) {

    /** A directory of the host that is seen inside at {@code target}. */
    public record Mount(Path source, String target, boolean writable) {}

    public SandboxCommand {
        mounts = List.copyOf(mounts);
        environment = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(environment));
        argv = List.copyOf(argv);
    }
}
