package org.sourceos.cli.machine;

import com.google.gson.JsonObject;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.launcher.ImageFiles;
import org.sourceos.launcher.checkpoint.Checkpoints;
import org.sourceos.launcher.machine.CapturedMachine;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.Machines;
import org.sourceos.launcher.qemu.VmSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sourceos clone}. */
@Command(
        name = "clone",
        header = "Have a second machine go on from where one is, and print its id.",
        description = {
            "Both have the same memory at first and nothing in common from then on: the second",
            "has a host name, a machine id and random numbers of its own. Ports of this host",
            "lead into the first only; connections that are open the second finds broken.",
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  sourceos clone --fork web", "  sourceos clone --fork --name=experiment db"})
public final class CloneCommand extends MachineSubcommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "MACHINE", description = "its name, id, or the beginning of its id")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String machine;

    @Option(names = "--fork", required = true, description = "from its moment, with all its memory")
    private boolean fork;

    @Option(names = "--name", paramLabel = "NAME", description = "what to call the second (default: with a number)")
    private @Nullable String name;

    @Option(names = "--json", description = "say as JSON what was started and how long it took")
    private boolean json;

    CloneCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        long begun = System.nanoTime();
        Machines machines = machines();
        MachineStatus first = named(machine);
        String called = name == null ? machines.freeName(first.name()) : name;
        try (BuildCache cache = BuildCache.open(places().store(), context().cancellation())) {
            SavedMachines saved = new SavedMachines(context(), places(), cache);
            try (Checkpoints.Draft draft = saved.checkpoints().begin()) {
                CapturedMachine captured = machines.capture(first.id(), draft.ram());
                MachineStatus second = machines.restore(
                        saved.request(captured.record(), filesOf(captured), called, false),
                        captured.record(),
                        draft.ram(),
                        captured.captured().state(),
                        captured.captured().qemu(),
                        Optional.of(called),
                        "machine " + first.name());
                say(
                        second,
                        captured.captured().pause().toMillis(),
                        (System.nanoTime() - begun) / 1_000_000,
                        !first.ports().isEmpty());
            }
        }
        return ExitCode.DONE.status();
    }

    /** The very same ones: the second has parts of them in its memory. */
    private static ImageFiles filesOf(CapturedMachine machine) {
        VmSpec spec = machine.record().request().spec();
        return new ImageFiles(spec.kernel(), spec.initramfs(), spec.disks());
    }

    private void say(MachineStatus second, long pause, long millis, boolean ports) {
        if (json) {
            JsonObject object = new JsonObject();
            object.addProperty("id", second.id());
            object.addProperty("name", second.name());
            object.addProperty("pause_ms", pause);
            object.addProperty("answered_ms", millis);
            context().out().println(object);
            return;
        }
        context().out().println(second.id());
        context()
                .err()
                .println("sourceos: " + second.name() + " goes on beside it; it answered after " + millis
                        + " ms, and the first stood still for " + pause + " ms"
                        + (ports ? "; the first keeps the ports of this host" : ""));
    }
}
