package org.sourceos.cli.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.Finding;
import org.sourceos.gitstore.Repair;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sourceos store verify}. */
@Command(
        name = "verify",
        header = "Check everything in the store against its SHA-256.",
        description = {
            "Every pack, index, object, ref, layer and image, the disks that machines start from, and directories to build in.",
            "Exit status 0 when all is as it was stored, or is again after --repair; 1 otherwise.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos store verify",
            "  sourceos store verify --repair     saves what can be read, forgets what cannot, makes disks again",
        })
final class StoreVerifyCommand extends StoreSubcommand implements Callable<Integer> {
    @Option(
            names = "--repair",
            description =
                    "save what can still be read of what is damaged; what is lost is fetched or built again later")
    private boolean repair;

    @Option(names = "--json", description = "as JSON")
    private boolean json;

    StoreVerifyCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        List<Finding> findings;
        List<String> done = List.of();
        try (BuildCache cache = open()) {
            if (repair) {
                Repair repaired = cache.repair(context().cancellation());
                done = repaired.done();
                findings = repaired.left();
            } else {
                findings = cache.verify(context().cancellation());
            }
        }
        if (json) {
            context().out().println(json(findings, done));
        } else {
            done.forEach(line -> context().out().println(line));
            findings.forEach(finding -> context().out().println(finding));
            if (findings.isEmpty()) {
                context()
                        .out()
                        .println((done.isEmpty() ? "everything" : "everything that is left") + " is as it was stored");
            }
        }
        return findings.isEmpty() ? ExitCode.DONE.status() : ExitCode.FAILED.status();
    }

    private static JsonObject json(List<Finding> findings, List<String> done) {
        JsonArray array = new JsonArray();
        for (Finding finding : findings) {
            JsonObject object = new JsonObject();
            object.addProperty("what", finding.what());
            object.addProperty("problem", finding.problem());
            object.addProperty("remedy", finding.remedy());
            array.add(object);
        }
        JsonArray repaired = new JsonArray();
        done.forEach(repaired::add);
        JsonObject object = new JsonObject();
        object.addProperty("sound", findings.isEmpty());
        object.add("findings", array);
        object.add("repaired", repaired);
        return object;
    }
}
