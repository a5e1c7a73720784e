package org.sourceos.cli.importing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.cli.Catalogues;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.Workbench;
import org.sourceos.config.debian.ControlFile;
import org.sourceos.config.diagnostic.Suggestions;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.Directories;
import org.sourceos.host.FileLock;
import org.sourceos.host.ProcessFailedException;
import org.sourceos.host.ProcessRunner;
import org.sourceos.importer.ImportException;
import org.sourceos.importer.convert.BuildNeeds;
import org.sourceos.importer.convert.Conversion;
import org.sourceos.importer.convert.ConversionPlanner;
import org.sourceos.importer.convert.Fit;
import org.sourceos.importer.convert.Handover;
import org.sourceos.importer.convert.InstalledPackage;
import org.sourceos.importer.convert.InstalledSystem;
import org.sourceos.importer.convert.Journal;
import org.sourceos.importer.convert.RecipeText;
import org.sourceos.importer.convert.Shim;
import org.sourceos.importer.plan.PackageIndex;
import org.sourceos.importer.root.RootedFiles;
import org.sourceos.rebuild.Rebuild;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.apt.AptState;
import org.sourceos.rebuild.plan.FileLockStore;
import org.sourceos.rebuild.plan.HostRelease;
import org.sourceos.rebuild.plan.Request;
import org.sourceos.rebuild.progress.StepListener;

/** Converts and undoes, one package after the other: plans, builds, journals, hands over. */
final class Conversions {
    private static final String LOCK = "sourceos.lock";

    /** An image and what a small program makes while it is built. A build unpacks a source and makes some ten times of it. */
    private static final long BUILD_MIB = 50;

    private final CommandContext context;
    private final Places places;
    private final Path root;
    private final Shim.Profile profile;
    private final Journal journal;
    private final ProcessRunner runner = new ProcessRunner();
    private Optional<PackageIndex> index = Optional.empty();

    Conversions(CommandContext context, Places places, Path root, Shim.Profile profile) throws IOException {
        this.context = context;
        this.places = places;
        this.root = root.toRealPath();
        this.profile = profile;
        this.journal = new Journal(places.state());
    }

    Journal journal() {
        return journal;
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
     * A conversion that has been thought through, and changed nothing.
     *
     * @param version Debian's whole version of what the machine will run
     * @param how it is built, for people
     * @param fileList what a recipe of a binary package installs; empty for one of a source package
     * @param mebibytes estimated
     * @param older what apt's sources say of older versions of the source package
     */
    record Prepared(
            Conversion conversion,
            String version,
            String how,
            String recipe,
            String fileList,
            long mebibytes,
            List<ControlFile.Paragraph> older) {}

    private InstalledSystem system() throws IOException, ImportException {
        return InstalledSystem.read(new RootedFiles(root), root.toString());
    }

    /** Programs that somebody installed by hand, which are not converted yet. */
    List<String> chosen() throws IOException, ImportException {
        InstalledSystem system = system();
        Set<String> automatic = new TreeSet<>();
        Path marks = root.resolve("var/lib/apt/extended_states");
        if (Files.isRegularFile(marks)) {
            for (ControlFile.Paragraph mark : ControlFile.parse(Files.readString(marks))) {
                if (mark.field("Auto-Installed").filter("1"::equals).isPresent()) {
                    mark.field("Package").ifPresent(automatic::add);
                }
            }
        }
        List<String> chosen = new ArrayList<>();
        for (InstalledPackage one : system.packages().values()) {
            if (!automatic.contains(one.name())
                    && !Set.of("required", "important").contains(one.priority())
                    && journal.find(root, one.name()).isEmpty()) {
                chosen.add(one.name());
            }
        }
        return chosen;
    }

    /** Whether it fits, without a look at apt's sources. */
    Conversion look(String name) throws Exception {
        InstalledSystem system = system();
        return new ConversionPlanner(system)
                .plan(system.find(name).orElseThrow(() -> new ImportException(name + " is not installed")), "");
    }

    Prepared prepare(String name, boolean fromBinary, StepListener listener) throws Exception {
        InstalledSystem system = system();
        Optional<InstalledPackage> found = system.find(name);
        if (found.isEmpty()) {
            throw notInstalled(name, system, listener);
        }
        String release = "VERSION_CODENAME=" + system.codename().orElse("") + "\n";
        String base = Catalogues.of(context, List.of())
                .defaultBase(HostRelease.parse(release))
                .name();
        Conversion conversion = new ConversionPlanner(system).plan(found.get(), base);
        if (conversion.fit().grade() == Fit.Grade.NOT_CONVERTIBLE) {
            return new Prepared(conversion, found.get().version(), "", "", "", 0, List.of());
        }
        if (fromBinary) {
            return new Prepared(
                    conversion,
                    found.get().version(),
                    "of Debian's binary package, and later from source",
                    RecipeText.ofBinary(conversion, name + ".files"),
                    RecipeText.fileList(system, conversion),
                    BUILD_MIB + 2 * (found.get().installedKib() >> 10) + 2 * (conversion.othersKib() >> 10),
                    List.of());
        }
        return fromSource(conversion, listener);
    }

    private Prepared fromSource(Conversion conversion, StepListener listener) throws Exception {
        InstalledPackage of = conversion.of();
        AptState apt = AptLists.state(context, places);
        List<ControlFile.Paragraph> offered = apt.sourceDescriptions(of.source(), listener, context.cancellation());
        if (offered.isEmpty()) {
            throw new ImportException("cannot convert " + of.name() + ": none of apt's sources has its source package "
                    + of.source()
                    + "; a package from elsewhere can be converted with --from-binary, or add the source that"
                    + " it came from to apt's");
        }
        ControlFile.Paragraph description = offered.stream()
                .filter(one ->
                        one.field("Version").filter(of.sourceVersion()::equals).isPresent())
                .findFirst()
                .orElse(offered.get(0));
        return fromSource(conversion, description, offered, listener);
    }

    private Prepared fromSource(
            Conversion conversion,
            ControlFile.Paragraph description,
            List<ControlFile.Paragraph> offered,
            StepListener listener)
            throws Exception {
        InstalledPackage of = conversion.of();
        String version = description.field("Version").orElse(of.sourceVersion());
        if (!version.equals(of.sourceVersion())) {
            listener.warning("apt's sources do not have " + of.source() + " " + of.sourceVersion()
                    + ", which is installed; taking " + version);
        }
        String needed = description.field("Build-Depends").orElse("") + ","
                + description.field("Build-Depends-Arch").orElse("");
        List<String> tools = index(listener).satisfying(BuildNeeds.of(needed, AptLists.ARCHITECTURE));
        long bytes = index(listener)
                .source(of.source())
                .map(source -> source.bytes())
                .orElse(0L);
        List<String> packages = new ArrayList<>(tools);
        packages.addAll(conversion.others());
        return new Prepared(
                conversion,
                version,
                "from the source package " + of.source() + " " + version + " in " + conversion.base() + ", with "
                        + tools.size() + " packages more",
                RecipeText.ofSource(conversion, version, tools),
                "",
                BUILD_MIB
                        + 15 * (bytes >> 20)
                        + 3 * (of.installedKib() >> 10)
                        // What a build needs is in the store, and unpacked beside it.
                        + 2
                                * (index(listener)
                                                .installedKib(
                                                        packages,
                                                        Catalogues.of(context, List.of())
                                                                .base(conversion.base())
                                                                .packages())
                                        >> 10),
                offered.subList(offered.indexOf(description) + 1, offered.size()));
    }

    PackageIndex index(StepListener listener) throws Exception {
        if (index.isEmpty()) {
            index = Optional.of(AptLists.index(context, AptLists.state(context, places), listener));
        }
        return index.get();
    }

    private UsageException notInstalled(String name, InstalledSystem system, StepListener listener) throws Exception {
        Optional<String> meant = Suggestions.didYouMean(name, system.packages().keySet());
        boolean known = index(listener).binaryNames().contains(name);
        return new UsageException("convert: " + name + " is not installed in " + root
                + (known
                        ? "; install it first (`apt-get install " + name + "`), or run it without (`run " + name + "`)"
                        : ", and apt's sources have no package of that name")
                + (known ? "" : meant.map(question -> ": " + question).orElse("")));
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
                throw new UsageException("convert: removing Debian's " + name
                        + " was interrupted; `--finalize --yes` it again, or --undo it");
            default:
                throw new UsageException("convert: " + name + " is converted already, since "
                        + known.get().since() + "; `sourceos-convert --undo " + name + "` takes that back"
                        + (known.get().waiting() ? ", `--continue` builds it from source" : ""));
        }
    }

    /** Builds, then hands over. */
    Journal.Entry convert(Prepared planned, StepListener listener) throws Exception {
        String name = planned.conversion().name();
        checkConfiguration(name);
        checkDisk(planned);
        List<Journal.Placed> placed = placed(planned.conversion());
        handover().check(placed);
        Prepared prepared = build(planned, journal.pending(name), listener);
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
                throw new UsageException("convert: there is a recipe " + taken
                        + " already, which was not made by a conversion; rename it, or move it away");
            }
        }
    }

    private void checkDisk(Prepared prepared) throws IOException, ImportException {
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
    private Prepared build(Prepared planned, Path pending, StepListener listener) throws Exception {
        Prepared prepared = planned;
        while (true) {
            try {
                buildOnce(prepared, pending, listener);
                return prepared;
            } catch (RebuildException e) {
                if (e.kind() != RebuildException.Kind.GONE || prepared.older().isEmpty()) {
                    throw e;
                }
                listener.warning(String.valueOf(e.getMessage()));
                List<ControlFile.Paragraph> older = prepared.older();
                prepared = fromSource(prepared.conversion(), older.get(0), older, listener);
            }
        }
    }

    /** The recipe is found in a folder of ours until it is built. */
    private void buildOnce(Prepared prepared, Path pending, StepListener listener) throws Exception {
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
        if (entry.phase() == Journal.Phase.FINALIZING && !isInstalled(name)) {
            // Removed half or wholly: a half is neither of the two states.
            entry = remove(entry);
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
        return system().packages().containsKey(name);
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
            throw new UsageException("convert: " + name + " is not converted"
                    + Suggestions.didYouMean(name, all)
                            .map(question -> ": " + question)
                            .orElse("")
                    + (all.isEmpty() ? "; nothing is" : "; `sourceos-convert --list` says what is"));
        }
        return entry.get();
    }

    /** Builds from source what began as Debian's binary; nothing changes by it. */
    Prepared buildFromSource(Journal.Entry entry, StepListener listener) throws Exception {
        Prepared planned = prepare(entry.name(), false, listener);
        checkDisk(planned);
        return build(planned, journal.building(entry), listener);
    }

    /** Lets the command run what was built. The recipe alone decides what it runs, and replacing that is one rename. */
    Journal.Entry swap(Journal.Entry entry, Prepared built) throws IOException {
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
            throw new UsageException("convert: " + name + " is "
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
        List<String> argv = new ArrayList<>(List.of("dpkg"));
        if (!root.equals(Path.of("/"))) {
            argv.add("--root=" + root);
        }
        argv.addAll(List.of("--remove", entry.name()));
        Command command = Command.of(argv)
                .withEnvironment("DPKG_FRONTEND_LOCKED", "1")
                .withEnvironment("DEBIAN_FRONTEND", "noninteractive");
        try (FileLock alone = dpkgIsIdle()) {
            journal.write(begun);
            runner.output(command, new Cancellation());
        } catch (ProcessFailedException e) {
            if (isInstalled(entry.name())) {
                journal.write(entry.in(Journal.Phase.DONE));
            }
            throw e;
        }
        Journal.Entry done = entry.in(Journal.Phase.FINALIZED);
        journal.write(done);
        return done;
    }
}
