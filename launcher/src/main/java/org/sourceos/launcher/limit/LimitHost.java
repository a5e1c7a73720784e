package org.sourceos.launcher.limit;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.sourceos.host.ProcessRunner;
import org.sourceos.host.cgroup.ControlGroups;

/**
 * The host, as far as it limits machines.
 *
 * @param groups looked up where a machine has limits to keep; empty where the host has no control groups for this user
 * @param notes told, a line for each machine, what of its limits the host cannot keep
 */
public record LimitHost(
        ProcessRunner processes,
        Supplier<Optional<ControlGroups>> groups,
        MergeDomains merging,
        Consumer<String> notes) {
    /** One place for the whole host, for the kernel merges across all of it; only root's machines are ever merged. */
    private static final Path MERGING = Path.of("/run/sourceos/merging");

    public static LimitHost ofHost(ProcessRunner processes, Consumer<String> notes) {
        return new LimitHost(
                processes, ControlGroups::ofHost, new MergeDomains(MERGING, Path.of("/sys/kernel/mm/ksm")), notes);
    }

    /** For a machine that starts again: what there is to tell has been told. */
    public LimitHost silent() {
        return new LimitHost(processes, groups, merging, note -> {});
    }
}
