package org.sourceos.cli.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.collect.Holder;
import org.sourceos.gitstore.collect.RefFate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sourceos store why}. */
@Command(
        name = "why",
        header = "Say what holds something in the store.",
        description = "For a ref: why the next gc leaves or removes it, and who else has what it points to.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos store why hello",
            "  sourceos store why refs/layers/ncurses-4f1c…",
            "  sourceos store why 8f3a51b2c4…          an object, by git's name",
        })
final class StoreWhyCommand extends StoreSubcommand implements Callable<Integer> {
    private static final int SHOWN = 8;

    @Parameters(paramLabel = "NAME", description = "a ref, the beginning of a name, or an object")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String name;

    @Mixin
    private KeepOptions keep = new KeepOptions();

    @Option(names = "--json", description = "as JSON")
    private boolean json;

    StoreWhyCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        keep.check();
        try (BuildCache cache = open()) {
            List<RefFate> plan = cache.plan(
                    keep.rules(context(), program().places(), cache), context().cancellation());
            ObjectName object = object(cache, plan);
            List<Holder> holders = cache.holders(object, plan, context().cancellation());
            if (json) {
                context().out().println(json(object, holders));
            } else {
                print(holders);
            }
        }
        return ExitCode.DONE.status();
    }

    /** The object that is meant; of a ref, the tree that it has. */
    private ObjectName object(BuildCache cache, List<RefFate> plan) throws StoreException {
        if (name.matches("[0-9a-f]{40}")) {
            ObjectName object = new ObjectName(name);
            if (!cache.contains(object)) {
                throw new StoreException(
                        "the store has no object " + name + ": it was never there, or an earlier gc removed it");
            }
            return object;
        }
        for (RefFate fate : plan) {
            if (fate.ref().equals(name) || fate.ref().equals("refs/" + name)) {
                return cache.treeOf(fate.commit());
            }
        }
        return named(cache, name).tree();
    }

    private void print(List<Holder> holders) {
        for (Holder holder : holders.subList(0, Math.min(SHOWN, holders.size()))) {
            say(String.join(" → ", holder.chain()));
            say("    " + (holder.kept() ? "stays: " : "goes with the next gc: ") + holder.reason());
        }
        if (holders.size() > SHOWN) {
            say("and " + (holders.size() - SHOWN) + " more, which --json lists");
        }
        if (holders.stream().noneMatch(Holder::kept)) {
            say(holders.isEmpty() ? "nothing: the next gc removes it" : "nothing that stays: the next gc removes it");
        }
    }

    private void say(String line) {
        context().out().println(line);
    }

    private static JsonObject json(ObjectName name, List<Holder> holders) {
        JsonObject object = new JsonObject();
        object.addProperty("object", name.hex());
        object.addProperty("kept", holders.stream().anyMatch(Holder::kept));
        JsonArray array = new JsonArray();
        for (Holder holder : holders) {
            JsonObject entry = new JsonObject();
            entry.addProperty("kept", holder.kept());
            entry.addProperty("reason", holder.reason());
            JsonArray chain = new JsonArray();
            holder.chain().forEach(chain::add);
            entry.add("chain", chain);
            array.add(entry);
        }
        object.add("holders", array);
        return object;
    }
}
