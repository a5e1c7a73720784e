package org.sourceos.cli.machine;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.launcher.checkpoint.Checkpoint;
import org.sourceos.launcher.checkpoint.Checkpoints;
import org.sourceos.launcher.checkpoint.RestoreClass;
import org.sourceos.launcher.checkpoint.Verdict;
import org.sourceos.launcher.machine.SavedMachineRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sourceos checkpoint ls}. */
@Command(
        name = "ls",
        header = "List checkpoints, the oldest first.",
        description = {
            "CLASS says whether one can be gone on with here: safe; restart, when it has lost",
            "something by being saved, such as open connections; refused, with the reason.",
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  sourceos checkpoint ls", "  sourceos checkpoint ls --json"})
final class CheckpointListCommand extends MachineSubcommand implements Callable<Integer> {
    @Option(names = "--json", description = "as JSON")
    private boolean json;

    CheckpointListCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        JsonArray array = new JsonArray();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAME", "MACHINE", "IMAGE", "AGE", "MEMORY", "NEW", "CLASS"));
        try (BuildCache cache = BuildCache.open(places().store(), context().cancellation())) {
            SavedMachines saved = new SavedMachines(context(), places(), cache);
            for (Checkpoints.Listed listed : saved.checkpoints().list()) {
                if (listed.checkpoint().isEmpty()) {
                    array.add(damaged(listed));
                    rows.add(List.of(listed.name(), "-", "-", "-", "-", "-", "damaged: " + listed.problem()));
                    continue;
                }
                Checkpoint checkpoint = listed.checkpoint().get();
                Verdict verdict = verdict(saved, checkpoint);
                array.add(json(checkpoint, verdict));
                rows.add(List.of(
                        checkpoint.name(),
                        checkpoint.machine(),
                        checkpoint.image().name(),
                        MachineText.ago(checkpoint.madeAt(), context().clock().instant()),
                        MachineText.mib(checkpoint.usedBytes() / 1024),
                        MachineText.mib(checkpoint.newBytes() / 1024),
                        word(verdict) + (verdict.reason().isEmpty() ? "" : ": " + verdict.reason())));
            }
        }
        if (json) {
            context().out().println(array);
        } else {
            context().out().print(MachineText.table(rows));
        }
        return ExitCode.DONE.status();
    }

    private static Verdict verdict(SavedMachines saved, Checkpoint checkpoint) {
        try {
            SavedMachineRecord record = SavedMachineRecord.parse(checkpoint.record());
            return record.isUnderstood()
                    ? checkpoint.verdict(saved.qemuHere(record))
                    : new Verdict(RestoreClass.REFUSED, "another version of SourceOS made it");
        } catch (IOException e) {
            return new Verdict(RestoreClass.REFUSED, String.valueOf(e.getMessage()));
        }
    }

    private static String word(Verdict verdict) {
        return verdict.restoreClass().name().toLowerCase(Locale.ROOT);
    }

    private static JsonObject damaged(Checkpoints.Listed listed) {
        JsonObject object = new JsonObject();
        object.addProperty("name", listed.name());
        object.addProperty("damage", listed.problem());
        return object;
    }

    static JsonObject json(Checkpoint checkpoint, Verdict verdict) {
        JsonObject object = new JsonObject();
        object.addProperty("name", checkpoint.name());
        object.addProperty("machine", checkpoint.machine());
        object.addProperty("image", checkpoint.image().name());
        object.addProperty("version", checkpoint.image().version());
        object.addProperty("made_at", checkpoint.madeAt().toString());
        object.addProperty("memory_mib", checkpoint.memoryMib());
        object.addProperty("used_bytes", checkpoint.usedBytes());
        object.addProperty("new_bytes", checkpoint.newBytes());
        object.addProperty("pause_ms", checkpoint.pauseMillis());
        object.addProperty("qemu", checkpoint.qemu().toString());
        object.addProperty("accel", checkpoint.accel().name().toLowerCase(Locale.ROOT));
        object.addProperty("restore_class", word(verdict));
        object.addProperty("reason", verdict.reason());
        return object;
    }
}
