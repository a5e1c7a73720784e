package org.sourceos.cli;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.sourceos.config.lock.LockFile;
import org.sourceos.config.recipe.PackageSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sourceos lock}: shows what names are pinned to, and lets go of pins. */
@Command(
        name = "lock",
        header = "Show what sources and bases are pinned to; let them be chosen anew.",
        description = {
            "What a name meant when it was first used stays what it means: its SHA-256 is in sourceos.lock.",
            "--update forgets the pins of the named packages and bases, so that the next build fetches what is current then.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos lock",
            "  sourceos lock --update jq",
            "  sourceos lock --update debian-12     the base, and the packages laid over it",
        })
final class LockCommand implements Callable<Integer> {
    private final CommandContext context;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceOs parent;

    @Option(names = "--update", description = "forget the pins of NAME…")
    private boolean update;

    @Parameters(paramLabel = "NAME", description = "packages, bases, or sources as the lock names them")
    private List<String> names = List.of();

    LockCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        try (Workbench workbench = Workbench.of(context, parent.places())) {
            return update ? forget(workbench) : show(workbench);
        }
    }

    private int show(Workbench workbench) throws Exception {
        LockFile lock = workbench.lockStore().load();
        lock.bases()
                .forEach((name, pin) -> context.out()
                        .println("base    " + name + "  " + pin.sha256() + "  "
                                + pin.packages().size() + " packages"));
        lock.sources()
                .forEach((location, pin) -> context.out()
                        .println("source  " + location + "  " + pin.sha256()
                                + pin.exact()
                                        .or(pin::version)
                                        .map(v -> "  " + v)
                                        .orElse("")));
        lock.debs()
                .forEach((name, pin) ->
                        context.out().println("package " + name + "  " + pin.sha256() + "  " + pin.version()));
        return ExitCode.DONE.status();
    }

    private int forget(Workbench workbench) throws Exception {
        if (names.isEmpty()) {
            throw new UsageException(
                    "lock --update: which? name packages or bases, for instance: sourceos lock --update hello");
        }
        for (String name : names) {
            LockFile before = workbench.lockStore().load();
            Optional<String> location = before.bases().containsKey(name)
                    ? Optional.empty()
                    : Optional.of(locationOf(workbench, before, name));
            LockFile after = workbench.lockStore().update(lock -> without(lock, name, location));
            context.out().println(before.equals(after) ? name + " was not pinned" : name + " will be chosen anew");
        }
        return ExitCode.DONE.status();
    }

    /** A recipe's name, or what messages call a source: its location, or the Debian source package's name. */
    private static String locationOf(Workbench workbench, LockFile lock, String name) throws Exception {
        for (String location : List.of(name, "debian:" + name)) {
            if (lock.sources().containsKey(location)) {
                return location;
            }
        }
        PackageSpec spec = workbench.catalogue().recipe(name).spec();
        return spec.source().location().text();
    }

    private static LockFile without(LockFile lock, String name, Optional<String> location) {
        TreeMap<String, LockFile.SourcePin> sources = new TreeMap<>(lock.sources());
        TreeMap<String, LockFile.BasePin> bases = new TreeMap<>(lock.bases());
        TreeMap<String, LockFile.DebPin> debs = new TreeMap<>(lock.debs());
        location.ifPresent(sources::remove);
        if (location.isEmpty()) {
            bases.remove(name);
            debs.keySet().removeIf(key -> key.startsWith(name + ":"));
        }
        return new LockFile(sources, bases, debs);
    }
}
