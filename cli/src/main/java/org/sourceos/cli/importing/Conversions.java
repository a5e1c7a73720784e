package org.sourceos.cli.importing;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.cli.UsageException;
import org.sourceos.config.diagnostic.Suggestions;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.Directories;
import org.sourceos.host.FileLock;
import org.sourceos.host.ProcessFailedException;
import org.sourceos.host.ProcessRunner;
import org.sourceos.importer.ImportException;
import org.sourceos.importer.convert.Conversion;
import org.sourceos.importer.convert.Handover;
import org.sourceos.importer.convert.Journal;
import org.sourceos.importer.convert.Shim;
import org.sourceos.importer.plan.PackageIndex;
import org.sourceos.rebuild.progress.StepListener;

/** Converts and undoes, one package after the other: builds what was prepared, journals, hands over. */
final class Conversions {
    private final CommandContext context;
    private final Places places;
    private final Path root;
    private final Shim.Profile profile;
    private final Journal journal;
    private final Preparation preparation;
    private final ConversionBuild building;
    private final ProcessRunner runner = new ProcessRunner();

    Conversions(CommandContext context, Places places, Path root, Shim.Profile profile) throws IOException {
        this.context = context;
        this.places = places;
        this.root = root.toRealPath();
        this.profile = profile;
        this.journal = new Journal(places.state());
        this.preparation = new Preparation(context, places, this.root, journal);
        this.building = new ConversionBuild(context, places, preparation);
    }

    Journal journal() {
        return journal;
    }

    Preparation preparation() {
        return preparation;
    }

    Path root() {
        return root;
    }

    /** Held by who changes what is converted. */
    FileLock lock() throws IOException {
        Files.createDirectories(journal.lock().resolveSibling(""));
        return FileLock.acquire(
                journal.lock(),
                context.cancellation(),
                pid -> context.err().println("sourceos: waiting for process " + pid + ", which converts"));
    }

    /**
     * Ends what was interrupted: a conversion is finished, an undoing too, after which nothing is converted.
     *
     * @return what is converted now without anything more to do
     */
    Optional<Journal.Entry> settle(String name) throws IOException, ImportException, UsageException {
        Optional<Journal.Entry> known = journal.find(root, name);
        if (known.isEmpty()) {
            return known;
        }
        switch (known.get().phase()) {
            case BEGUN:
                return Optional.of(handOver(known.get()));
            case UNDOING:
                undo(name);
                return Optional.empty();
            case FINALIZING:
                throw new UsageException(
                        "removing Debian's " + name + " was interrupted; `--finalize --yes` it again, or --undo it");
            default:
                throw new UsageException(name + " is converted already, since "
                        + known.get().since() + "; `sourceos-convert --undo " + name + "` takes that back"
                        + (known.get().waiting() ? ", `--continue` builds it from source" : ""));
        }
    }

    /** What several take, where nothing of them is done yet. */
    Forecast forecast(PackageIndex index, List<PreparedConversion> all) throws Exception {
        return Forecast.of(context, places, index, all);
    }

    /** Builds, then hands over. */
    Journal.Entry convert(PreparedConversion planned, StepListener listener) throws Exception {
        String name = planned.conversion().name();
        checkConfiguration(name);
        building.checkDisk(planned);
        List<Journal.Placed> placed = placed(planned.conversion());
        handover().check(placed);
        PreparedConversion prepared = building.build(planned, journal.pending(name), listener);
        boolean binary = !prepared.fileList().isEmpty();
        String folder = binary ? "packages/" + name + "/" : "packages/";
        List<Journal.Entry> others = journal.all(root);
        Handover handover = handover();
        return handOver(new Journal.Entry(
                1,
                name,
                prepared.version(),
                root.toString(),
                binary ? "binary" : "source",
                binary,
                Journal.Phase.BEGUN,
                context.clock().instant().toString(),
                profile.name().toLowerCase(Locale.ROOT),
                folder + name + ".source.toml",
                prepared.recipe(),
                binary ? List.of(folder + name + ".files") : List.of(),
                placed,
                others.isEmpty() ? handover.diversions(false) : others.get(0).diversions(),
                others.isEmpty() ? handover.diversions(true) : others.get(0).oldDiversions(),
                null));
    }

    private Journal.Entry handOver(Journal.Entry entry) throws IOException, ImportException {
        journal.write(entry);
        Path pending = journal.pending(entry.name());
        for (String file : entry.files()) {
            Path from = pending.resolve(String.valueOf(Path.of(file).getFileName()));
            if (Files.exists(from)) {
                place(file, Files.readString(from));
            }
        }
        place(entry.recipeFile(), entry.recipe());
        try (FileLock alone = dpkgIsIdle()) {
            apply(entry);
        }
        Journal.Entry done = entry.in(Journal.Phase.DONE);
        journal.write(done);
        Directories.remove(pending);
        return done;
    }

    private void apply(Journal.Entry entry) throws IOException, ImportException {
        try {
            handover().apply(entry.placed());
        } catch (ProcessFailedException e) {
            // Ctrl-C reaches dpkg-divert too; a step can be done again, and a handover is not left half done for it.
            handover().apply(entry.placed());
        }
    }

    /** While we change files of packages, neither dpkg nor apt does; both take this lock first (dpkg 1.19.1). */
    private FileLock dpkgIsIdle() throws IOException {
        return FileLock.acquireForeign(
                root.resolve("var/lib/dpkg/lock-frontend"),
                context.cancellation(),
                () -> context.err().println("sourceos: waiting for apt or dpkg, which is at work in " + root));
    }

    private void place(String file, String text) throws IOException {
        Path target = places.config().resolve(file);
        Files.createDirectories(target.resolveSibling(""));
        sweep(target);
        AtomicFile.write(target, text);
        Files.setPosixFilePermissions(target, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
    }

    /** What a write that was killed has left. */
    private static void sweep(Path target) throws IOException {
        Path folder = target.resolveSibling("");
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> begun =
                    Files.newDirectoryStream(folder, "." + target.getFileName() + ".*.tmp")) {
                for (Path one : begun) {
                    Files.deleteIfExists(one);
                }
            }
        }
    }

    /** That whoever calls this may change the system; found out before anything is built. */
    void checkRights(String again) throws ImportException {
        for (String needed : List.of("var/lib/dpkg", "usr/bin")) {
            Path folder = root.resolve(needed);
            if (Files.isDirectory(folder) && !Files.isWritable(folder)) {
                throw new ImportException("you may not change " + folder
                        + ", where the system's programs are handed over; as the administrator: sudo sourceos-convert "
                        + again);
            }
        }
    }

    private void checkConfiguration(String name) throws UsageException {
        Path packages = places.config().resolve("packages");
        for (Path taken : List.of(
                packages.resolve(name + ".source.toml"), packages.resolve(name).resolve(name + ".source.toml"))) {
            if (Files.exists(taken, LinkOption.NOFOLLOW_LINKS)) {
                throw new UsageException("there is a recipe " + taken
                        + " already, which was not made by a conversion; rename it, or move it away");
            }
        }
    }

    private List<Journal.Placed> placed(Conversion conversion) {
        Map<String, Path> variables = new TreeMap<>(Map.of(
                "SOURCEOS_CONFIG",
                places.config(),
                "SOURCEOS_STORE",
                places.store(),
                "SOURCEOS_STATE",
                places.state()));
        Path sourceos = context.library().resolve("sourceos");
        List<String> programs = conversion.commands().stream()
                .map(command -> command.substring(command.lastIndexOf('/') + 1))
                .distinct()
                .toList();
        List<Journal.Placed> all = new ArrayList<>();
        for (String command : conversion.commands()) {
            String text = Shim.text(conversion.name(), sourceos, variables, command, programs, profile);
            all.add(new Journal.Placed(command, text, 0755));
        }
        conversion
                .desktop()
                .forEach(entry ->
                        entry.replacement().ifPresent(text -> all.add(new Journal.Placed(entry.path(), text, 0644))));
        return all;
    }

    private Handover handover() throws IOException {
        // Its steps take no time, and half of them is what nobody wants.
        return new Handover(root, runner, new Cancellation(), () -> {});
    }

    /** @return the conversion that was, finalized if Debian's package is not there any more */
    Journal.Entry undo(String name) throws IOException, ImportException, UsageException {
        Journal.Entry entry = converted(name);
        boolean stays = entry.phase() == Journal.Phase.FINALIZING && isInstalled(name);
        if (entry.phase() == Journal.Phase.FINALIZING && !stays) {
            // Removed half or wholly: a half is neither of the two states.
            entry = remove(entry);
        }
        if (stays) {
            try (FileLock alone = dpkgIsIdle()) {
                keepSelected(name);
            }
        }
        if (entry.phase() != Journal.Phase.FINALIZED) {
            entry = entry.in(Journal.Phase.UNDOING);
            journal.write(entry);
        }
        try (FileLock alone = dpkgIsIdle()) {
            handover().revert(entry);
        }
        Path recipe = places.config().resolve(entry.recipeFile());
        if (Files.isRegularFile(recipe) && !entry.wrote(Files.readString(recipe))) {
            context.err().println("sourceos: " + recipe + " was changed since, and stays");
        } else {
            // The recipe last: as long as it is there, whoever undoes this knows what else there is.
            for (String file : entry.files()) {
                sweep(places.config().resolve(file));
                Files.deleteIfExists(places.config().resolve(file));
            }
            sweep(recipe);
            Files.deleteIfExists(recipe);
            removeIfEmpty(recipe.resolveSibling(""));
        }
        Directories.remove(journal.pending(name));
        journal.remove(entry);
        return entry.in(isInstalled(name) ? Journal.Phase.UNDOING : Journal.Phase.FINALIZED);
    }

    private boolean isInstalled(String name) throws IOException, ImportException {
        return preparation.system().packages().containsKey(name);
    }

    private static void removeIfEmpty(Path folder) throws IOException {
        if (!folder.endsWith("packages")) {
            try {
                Files.deleteIfExists(folder);
            } catch (java.nio.file.DirectoryNotEmptyException e) {
                // Somebody keeps something else there.
                return;
            }
        }
    }

    Journal.Entry converted(String name) throws IOException, UsageException {
        Optional<Journal.Entry> entry = journal.find(root, name);
        if (entry.isEmpty()) {
            List<String> all =
                    journal.all(root).stream().map(Journal.Entry::name).toList();
            throw new UsageException(name + " is not converted"
                    + Suggestions.didYouMean(name, all)
                            .map(question -> ": " + question)
                            .orElse("")
                    + (all.isEmpty() ? "; nothing is" : "; `sourceos-convert --list` says what is"));
        }
        return entry.get();
    }

    /** Builds from source what began as Debian's binary; nothing changes by it. */
    PreparedConversion buildFromSource(Journal.Entry entry, StepListener listener) throws Exception {
        PreparedConversion planned = preparation.prepare(entry.name(), false, listener);
        building.checkDisk(planned);
        return building.build(planned, journal.building(entry), listener);
    }

    /** Lets the command run what was built. The recipe alone decides what it runs, and replacing that is one rename. */
    Journal.Entry swap(Journal.Entry entry, PreparedConversion built) throws IOException {
        Journal.Entry next = entry.swapping(built.version(), built.recipe());
        journal.write(next);
        place(next.recipeFile(), built.recipe());
        for (String file : entry.files()) {
            Files.deleteIfExists(places.config().resolve(file));
        }
        Journal.Entry done = next.swapped(context.clock().instant());
        journal.write(done);
        Directories.remove(journal.building(entry));
        return done;
    }

    /** Whether Debian's package could be removed. */
    Journal.Entry removable(String name) throws IOException, UsageException {
        Journal.Entry entry = converted(name);
        if (entry.phase() != Journal.Phase.DONE && entry.phase() != Journal.Phase.FINALIZING) {
            throw new UsageException(name + " is "
                    + (entry.phase() == Journal.Phase.FINALIZED
                            ? "finalized already"
                            : "not wholly converted: convert it again"));
        }
        return entry;
    }

    Journal.Entry remove(String name) throws IOException, ImportException, UsageException {
        return remove(removable(name));
    }

    private Journal.Entry remove(Journal.Entry entry) throws IOException, ImportException {
        Journal.Entry begun = entry.in(Journal.Phase.FINALIZING);
        try (FileLock alone = dpkgIsIdle()) {
            journal.write(begun);
            try {
                runner.output(dpkg("--remove", entry.name()), new Cancellation());
            } catch (ProcessFailedException e) {
                if (isInstalled(entry.name())) {
                    keepSelected(entry.name());
                    journal.write(entry.in(Journal.Phase.DONE));
                }
                throw e;
            }
        }
        Journal.Entry done = entry.in(Journal.Phase.FINALIZED);
        journal.write(done);
        return done;
    }

    /** For where {@link #dpkgIsIdle} is held. */
    private Command dpkg(String... words) {
        List<String> argv = new ArrayList<>(List.of("dpkg"));
        if (!root.equals(Path.of("/"))) {
            argv.add("--root=" + root);
        }
        argv.addAll(List.of(words));
        return Command.of(argv)
                .withEnvironment("DPKG_FRONTEND_LOCKED", "1")
                .withEnvironment("DEBIAN_FRONTEND", "noninteractive");
    }

    /** dpkg notes that a package is to go before it looks whether it can; left so, {@code dselect} and the like remove it. */
    private void keepSelected(String name) throws IOException {
        String wanted = runner.output(
                Command.of(
                        "dpkg-query",
                        "--admindir=" + root.resolve("var/lib/dpkg"),
                        "--showformat=${db:Status-Want}",
                        "--show",
                        name),
                new Cancellation());
        if (wanted.equals("deinstall") || wanted.equals("purge")) {
            Path selection = Files.writeString(Files.createTempFile("sourceos-selection-", ""), name + " install\n");
            try {
                runner.output(
                        dpkg("--set-selections").withStdin(new Command.Stdin.File(selection)), new Cancellation());
            } finally {
                Files.delete(selection);
            }
        }
    }
}
