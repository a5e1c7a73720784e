package org.sourceos.cli.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.collect.Collected;
import org.sourceos.gitstore.collect.PackForm;
import org.sourceos.gitstore.collect.RefFate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sourceos store gc}. */
@Command(
        name = "gc",
        header = "Remove what nothing needs any more.",
        description = {
            "Kept are generations (the one that counts, the one before it, and the newest), what they are made of,",
            "whatever was built, fetched or run lately, what a lock file pins, and what running machines use.",
            "It may be interrupted at any time, and works on a full disk.",
            "",
            "Machines read large files straight out of the store, where those lie uncompressed. With --compact what is",
            "not in use is compressed as well as can be instead, for less than half of the room: a program that is run",
            "then has its disk made again first. --align is the other way round, for what is in use now: after",
            "--compact, or in a store of an earlier version.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos store gc --dry-run             what would go, and why the rest stays",
            "  sourceos store gc --keep 3 --keep-since 7d",
            "  sourceos store gc --compact --dry-run   how much room that would free, and how much it needs",
            "  sourceos store gc --compact --used-since 0d",
            "  sourceos store gc --align               machines in use read out of packs again",
            "  sourceos store why hello                what holds hello",
        })
final class StoreCollectCommand extends StoreSubcommand implements Callable<Integer> {
    @Mixin
    private KeepOptions keep = new KeepOptions();

    @Mixin
    private FormOptions form = new FormOptions();

    @Option(
            names = {"-n", "--dry-run"},
            description = "change nothing; say what would be done")
    private boolean dryRun;

    @Option(names = "--json", description = "as JSON, in bytes")
    private boolean json;

    StoreCollectCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        keep.check();
        PackForm wanted = form.form(context());
        Collected collected;
        try (BuildCache cache = open()) {
            collected = cache.collect(
                    keep.rules(context(), program().places(), cache),
                    wanted,
                    dryRun,
                    context().cancellation());
        }
        if (json) {
            context().out().println(json(collected));
        } else {
            print(collected);
        }
        return ExitCode.DONE.status();
    }

    private void print(Collected collected) {
        for (RefFate fate : collected.refs()) {
            if (!fate.kept()) {
                say((dryRun ? "would remove " : "removed ") + fate.ref() + ": " + fate.reason());
            }
        }
        for (Collected.Freed freed : collected.freed()) {
            if (!freed.kind().equals("refs")) {
                say((dryRun ? "would free " : "freed ") + Sizes.text(Math.max(0, freed.bytes())) + ": "
                        + counted(freed));
            }
        }
        collected.notes().forEach(this::say);
        reasons(collected).forEach((reason, refs) -> say("kept " + shown(refs) + ": " + reason));
        say((dryRun ? "would free " : "freed ") + Sizes.text(Math.max(0, collected.bytes())) + " in all");
    }

    /** {@code 1 machine disk}, {@code 2 machine disks}: of a kind's words the first plural names what is counted. */
    private static String counted(Collected.Freed freed) {
        String kind = freed.kind();
        if (freed.count() == 1) {
            kind = kind.matches("\\w+ies\\b.*") ? kind.replaceFirst("ies\\b", "y") : kind.replaceFirst("s\\b", "");
        }
        return freed.count() + " " + kind;
    }

    private void say(String line) {
        context().out().println(line);
    }

    private static String shown(List<String> refs) {
        return refs.size() <= 2 ? String.join(", ", refs) : refs.get(0) + " and " + (refs.size() - 1) + " more";
    }

    private static Map<String, List<String>> reasons(Collected collected) {
        Map<String, List<String>> reasons = new TreeMap<>();
        for (RefFate fate : collected.refs()) {
            if (fate.kept()) {
                reasons.computeIfAbsent(fate.reason(), reason -> new ArrayList<>())
                        .add(fate.ref());
            }
        }
        return reasons;
    }

    private JsonObject json(Collected collected) {
        JsonObject object = new JsonObject();
        object.addProperty("dry_run", dryRun);
        JsonArray refs = new JsonArray();
        for (RefFate fate : collected.refs()) {
            JsonObject entry = new JsonObject();
            entry.addProperty("ref", fate.ref());
            entry.addProperty("commit", fate.commit().hex());
            entry.addProperty("kept", fate.kept());
            entry.addProperty("reason", fate.reason());
            refs.add(entry);
        }
        object.add("refs", refs);
        JsonArray freed = new JsonArray();
        for (Collected.Freed kind : collected.freed()) {
            JsonObject entry = new JsonObject();
            entry.addProperty("kind", kind.kind());
            entry.addProperty("count", kind.count());
            entry.addProperty("bytes", kind.bytes());
            freed.add(entry);
        }
        object.add("freed", freed);
        JsonArray notes = new JsonArray();
        collected.notes().forEach(notes::add);
        object.add("notes", notes);
        object.addProperty("bytes", collected.bytes());
        return object;
    }
}
