package org.sourceos.cli.importing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.cli.Workbench;
import org.sourceos.config.debian.ControlFile;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Directories;
import org.sourceos.importer.ImportException;
import org.sourceos.rebuild.Rebuild;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.plan.FileLockStore;
import org.sourceos.rebuild.plan.Request;
import org.sourceos.rebuild.progress.StepListener;

/** Builds what was prepared into the store, by a recipe that is in a folder of ours until then. */
final class ConversionBuild {
    private static final String LOCK = "sourceos.lock";

    private final CommandContext context;
    private final Places places;
    private final Preparation preparation;

    ConversionBuild(CommandContext context, Places places, Preparation preparation) {
        this.context = context;
        this.places = places;
        this.preparation = preparation;
    }

    /** Fails where there is no room for it, before anything is begun. */
    void checkDisk(PreparedConversion prepared) throws IOException, ImportException {
        Path there = places.store();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        long free = Files.getFileStore(there).getUsableSpace() >> 20;
        if (free < prepared.mebibytes()) {
            throw new ImportException("cannot convert " + prepared.conversion().name() + ": it takes about "
                    + prepared.mebibytes() + " MiB, and " + there + " has " + free
                    + " MiB left; free some space (`sourceos store gc`), or put the store elsewhere (--store)");
        }
    }

    /** Into the store. A mirror may list a version that it does not have (yet); then it is an older one. */
    PreparedConversion build(PreparedConversion planned, Path pending, StepListener listener) throws Exception {
        PreparedConversion prepared = planned;
        while (true) {
            try {
                buildOnce(prepared, pending, listener);
                return prepared;
            } catch (RebuildException e) {
                if (e.kind() != RebuildException.Kind.GONE) {
                    throw e;
                }
                if (prepared.older().isEmpty()) {
                    throw new RebuildException(
                            e.kind(),
                            withAdvice(
                                    String.valueOf(e.getMessage()),
                                    "; --from-binary begins with Debian's own binary and builds it when its source is there"),
                            e);
                }
                listener.warning(String.valueOf(e.getMessage()));
                List<ControlFile.Paragraph> older = prepared.older();
                prepared = preparation.fromSource(prepared.conversion(), older.get(0), older, listener);
            }
        }
    }

    /** At the end of the first line: what the tools said follows it. */
    private static String withAdvice(String message, String advice) {
        int end = message.indexOf('\n');
        return end < 0 ? message + advice : message.substring(0, end) + advice + message.substring(end);
    }

    /** The recipe is found in a folder of ours until it is built. */
    private void buildOnce(PreparedConversion prepared, Path pending, StepListener listener) throws Exception {
        String name = prepared.conversion().name();
        Directories.remove(pending);
        Files.createDirectories(pending);
        Files.writeString(pending.resolve(name + ".source.toml"), prepared.recipe());
        if (!prepared.fileList().isEmpty()) {
            Files.writeString(pending.resolve(name + ".files"), prepared.fileList(), StandardCharsets.UTF_8);
        }
        keepPins();
        FileLockStore locks =
                new FileLockStore(places.config().resolve(LOCK), places.state().resolve(LOCK + ".mutex"));
        List<Path> folders = List.of(pending, places.config().resolve("packages"));
        try (Workbench workbench = Workbench.of(context, places, folders, locks)) {
            workbench
                    .rebuild()
                    .build(
                            new Request(name, new TreeSet<>()),
                            Rebuild.Options.DEFAULT,
                            listener,
                            context.cancellation());
        }
    }

    /** Where there was no configuration, names are pinned in the state: they are to mean the same in the new one. */
    private void keepPins() throws IOException {
        Path lock = places.config().resolve(LOCK);
        Path before = places.state().resolve(LOCK);
        Files.createDirectories(places.config());
        if (Files.notExists(lock) && Files.exists(before)) {
            AtomicFile.write(lock, Files.readString(before));
        }
    }
}
