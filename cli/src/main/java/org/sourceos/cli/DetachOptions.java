package org.sourceos.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.machine.KeptMachines;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.host.Terminal;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.limit.Limits;
import org.sourceos.launcher.machine.MachineRequest;
import org.sourceos.launcher.machine.RestartPolicy;
import org.sourceos.launcher.machine.StartSettings;
import org.sourceos.launcher.qemu.VmSpec;
import picocli.CommandLine.Option;

/** What of {@code run} is about machines that outlive it. */
final class DetachOptions {
    private static final Terminal.Size SIZE = new Terminal.Size(24, 80);

    @Option(
            names = {"-d", "--detach"},
            description = "print the machine's id and end; the machine goes on (sourceos ps)")
    private boolean detach;

    @Option(names = "--name", paramLabel = "NAME", description = "with -d: what to call the machine")
    private @Nullable String name;

    @Option(
            names = "--restart",
            paramLabel = "WHEN",
            description = "with -d: no, on-failure, on-failure:N or always (default: no)")
    private @Nullable String restart;

    @Option(names = "--rm", description = "with -d: forget the machine when it has ended")
    private boolean remove;

    boolean asked() {
        return detach;
    }

    /** Before anything is built. */
    void check(CommandContext context) throws UsageException, LaunchException, ServiceRequiredException {
        if (!detach && (name != null || restart != null || remove)) {
            throw new UsageException("--name, --restart and --rm are for machines that go on: add -d");
        }
        if (detach) {
            policy();
            context.requireResident();
        }
    }

    private RestartPolicy policy() throws LaunchException {
        return restart == null ? RestartPolicy.NEVER : RestartPolicy.parse(restart);
    }

    /** Starts it; its id. */
    String start(
            CommandContext context,
            Places places,
            ImageManifest image,
            VmSpec spec,
            GuestProgram program,
            SortedMap<String, Path> secrets,
            boolean onTerminal,
            Limits limits,
            StartSettings starting)
            throws LaunchException, ServiceRequiredException, InterruptedException {
        MachineRequest request = new MachineRequest(
                Optional.ofNullable(name),
                MachineRequest.BY_COMMAND,
                image,
                spec,
                program,
                onTerminal ? Optional.of(SIZE) : Optional.empty(),
                secrets,
                policy(),
                remove,
                limits,
                starting);
        return KeptMachines.of(context, places).start(request).id();
    }
}
