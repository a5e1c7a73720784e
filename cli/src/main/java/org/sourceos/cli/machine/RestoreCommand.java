package org.sourceos.cli.machine;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.launcher.ImageFiles;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.checkpoint.Checkpoint;
import org.sourceos.launcher.checkpoint.Checkpoints;
import org.sourceos.launcher.checkpoint.RestoreClass;
import org.sourceos.launcher.checkpoint.Verdict;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.Machines;
import org.sourceos.launcher.machine.SavedMachineRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sourceos restore}. */
@Command(
        name = "restore",
        header = "Go on with a machine where it was when it was saved, and print its id.",
        description = {
            "It is a machine as any other then: ps, logs, attach, exec and stop know it. Its",
            "clock is set, and its random numbers are its own, however often one checkpoint is",
            "restored.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos restore web-1",
            "  sourceos restore --name=test --no-ports web-1    beside the one that runs",
            "  sourceos checkpoint ls                           what there is to restore",
        })
public final class RestoreCommand extends MachineSubcommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "CHECKPOINT", description = "its name, as `sourceos checkpoint ls` has it")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String name;

    @Option(names = "--name", paramLabel = "NAME", description = "what to call the machine (default: as it was called)")
    private @Nullable String machine;

    @Option(names = "--no-ports", description = "without the ports of this host that led into it")
    private boolean noPorts;

    @Option(names = "--anyway", description = "also a checkpoint of class restart, which has lost something")
    private boolean anyway;

    @Option(names = "--json", description = "say as JSON what was started and how long it took")
    private boolean json;

    RestoreCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        long begun = System.nanoTime();
        Machines machines = machines();
        try (BuildCache cache = BuildCache.open(places().store(), context().cancellation())) {
            SavedMachines saved = new SavedMachines(context(), places(), cache);
            Checkpoint checkpoint = saved.checkpoints().named(name);
            SavedMachineRecord record = record(checkpoint);
            check(checkpoint);
            ImageFiles files = saved.files(checkpoint.image());
            String called = machine == null ? machines.freeName(checkpoint.machine()) : machine;
            try (Checkpoints.Opened opened = saved.checkpoints()
                    .open(checkpoint, files.disks(), text -> context().err().println("sourceos: " + text))) {
                MachineStatus status = machines.restore(
                        saved.request(record, files, called, !noPorts),
                        record,
                        opened.ram(),
                        opened.state(),
                        checkpoint.qemu(),
                        Optional.empty(),
                        "checkpoint " + checkpoint.name());
                say(status, opened, (System.nanoTime() - begun) / 1_000_000);
            } catch (LaunchException e) {
                throw explained(e);
            }
        }
        return ExitCode.DONE.status();
    }

    private static SavedMachineRecord record(Checkpoint checkpoint) throws LaunchException {
        try {
            SavedMachineRecord record = SavedMachineRecord.parse(checkpoint.record());
            if (!record.isUnderstood()) {
                throw new LaunchException("cannot restore " + checkpoint.name()
                        + ": its guest was started by another version of SourceOS; use that one, or boot it again");
            }
            return record;
        } catch (IOException e) {
            throw new LaunchException("cannot restore " + checkpoint.name() + ": " + e.getMessage(), e);
        }
    }

    private void check(Checkpoint checkpoint) throws LaunchException {
        // Which QEMU it is, it says itself before it is given anything.
        Verdict verdict = checkpoint.verdict(Optional.empty());
        if (verdict.restoreClass() == RestoreClass.REFUSED) {
            throw new LaunchException("cannot restore " + checkpoint.name() + ": " + verdict.reason()
                    + "; start it anew: sourceos run -d " + checkpoint.image().name());
        }
        if (verdict.restoreClass() == RestoreClass.RESTART && !anyway) {
            throw new LaunchException(checkpoint.name() + " would better be started again: " + verdict.reason()
                    + "; with --anyway it goes on all the same");
        }
    }

    private void say(MachineStatus status, Checkpoints.Opened opened, long millis) {
        if (!json) {
            context().out().println(status.id());
            context().err().println("sourceos: " + status.name() + " goes on; it answered after " + millis + " ms");
            return;
        }
        JsonObject object = new JsonObject();
        object.addProperty("id", status.id());
        object.addProperty("name", status.name());
        object.addProperty("answered_ms", millis);
        object.addProperty("memory_written", opened.written());
        context().out().println(object);
    }

    static LaunchException explained(LaunchException failure) {
        String said = String.valueOf(failure.getMessage());
        return said.contains("host forwarding rule")
                ? new LaunchException(
                        said + "\na port that led into it is taken; free it, or restore it with --no-ports", failure)
                : failure;
    }
}
