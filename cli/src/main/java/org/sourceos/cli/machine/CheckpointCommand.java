package org.sourceos.cli.machine;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.UsageException;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreException;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.checkpoint.Checkpoint;
import org.sourceos.launcher.checkpoint.Checkpoints;
import org.sourceos.launcher.checkpoint.RestoreClass;
import org.sourceos.launcher.checkpoint.Verdict;
import org.sourceos.launcher.machine.CapturedMachine;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.Machines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sourceos checkpoint}. */
@Command(
        name = "checkpoint",
        header = "Save machines that run, to go on with them later.",
        description = {
            "A checkpoint has everything of a machine: its memory, its devices, its image.",
            "It is kept in the store, until `checkpoint rm` removes it, and survives the",
            "end of the machine and of the host. The machine runs on; while its last pages",
            "are read it stands still for some hundredths of a second.",
            "",
            "What was in its memory is encrypted: the key is a file that only the owner of",
            "the store can read, .git/checkpoints.key in it.",
            "",
            "Only machines of run --detach without shared folders can be saved.",
        },
        mixinStandardHelpOptions = true,
        subcommands = {CheckpointListCommand.class, CheckpointRemoveCommand.class},
        footer = {
            "",
            "Examples:",
            "  sourceos checkpoint web                      saved as web-1, web-2 and so on",
            "  sourceos checkpoint --name=evening --stop db",
            "  sourceos checkpoint ls",
            "  sourceos restore evening",
            "  sourceos checkpoint rm evening",
        })
public final class CheckpointCommand extends MachineSubcommand implements Callable<Integer> {
    private static final int SIGKILL = 9;

    @Parameters(arity = "0..1", paramLabel = "MACHINE", description = "its name, id, or the beginning of its id")
    private @Nullable String machine;

    @Option(names = "--name", paramLabel = "NAME", description = "what to call the checkpoint")
    private @Nullable String name;

    @Option(names = "--stop", description = "end the machine when it is saved")
    private boolean stop;

    @Option(names = "--json", description = "say as JSON what was saved")
    private boolean json;

    CheckpointCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        if (machine == null) {
            throw new UsageException(
                    "checkpoint which machine? `sourceos ps` lists them; `sourceos checkpoint ls` lists checkpoints");
        }
        Machines machines = machines();
        MachineStatus status = named(machine);
        try (BuildCache cache = BuildCache.open(places().store(), context().cancellation())) {
            Checkpoints checkpoints = new SavedMachines(context(), places(), cache).checkpoints();
            say(save(machines, status, checkpoints), status);
        }
        return ExitCode.DONE.status();
    }

    private Checkpoint save(Machines machines, MachineStatus status, Checkpoints checkpoints)
            throws LaunchException, StoreException, IOException, InterruptedException {
        String called = checkpoints.name(Optional.ofNullable(name), status.name());
        boolean saved = false;
        try (Checkpoints.Draft draft = checkpoints.begin()) {
            CapturedMachine captured = machines.capture(status.id(), draft.ram());
            if (stop) {
                machines.pause(status.id());
            }
            Checkpoint checkpoint =
                    checkpoints.save(called, draft, SavedMachines.subject(captured), captured.captured());
            saved = true;
            if (stop) {
                machines.signal(status.id(), SIGKILL);
            }
            return checkpoint;
        } catch (IOException | StoreException e) {
            throw new LaunchException(
                    "cannot keep a checkpoint of " + status.name() + ": " + e.getMessage()
                            + "; the machine runs on, nothing was kept",
                    e);
        } finally {
            if (stop && !saved && machines.find(status.id()).isPresent()) {
                machines.resume(status.id());
            }
        }
    }

    private void say(Checkpoint checkpoint, MachineStatus status) {
        Verdict verdict = checkpoint.verdict(Optional.empty());
        if (json) {
            JsonObject object = CheckpointListCommand.json(checkpoint, verdict);
            context().out().println(object);
            return;
        }
        context().out().println(checkpoint.name());
        context()
                .err()
                .println("sourceos: saved " + status.name() + " as " + checkpoint.name() + ": "
                        + MachineText.mib(checkpoint.usedBytes() / 1024) + " of memory, "
                        + MachineText.mib(checkpoint.newBytes() / 1024) + " of it new; it stood still for "
                        + checkpoint.pauseMillis() + " ms");
        if (verdict.restoreClass() != RestoreClass.SAFE) {
            context()
                    .err()
                    .println("sourceos: restore class "
                            + verdict.restoreClass().name().toLowerCase(Locale.ROOT) + ": " + verdict.reason());
        }
    }
}
