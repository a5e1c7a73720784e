package org.sourceos.cli.importing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.sourceos.cli.Catalogues;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.language.Counts;
import org.sourceos.config.debian.ControlFile;
import org.sourceos.config.diagnostic.Suggestions;
import org.sourceos.importer.ImportException;
import org.sourceos.importer.convert.BuildNeeds;
import org.sourceos.importer.convert.Conversion;
import org.sourceos.importer.convert.ConversionPlanner;
import org.sourceos.importer.convert.Fit;
import org.sourceos.importer.convert.InstalledPackage;
import org.sourceos.importer.convert.InstalledSystem;
import org.sourceos.importer.convert.Journal;
import org.sourceos.importer.convert.RecipeText;
import org.sourceos.importer.plan.PackageIndex;
import org.sourceos.importer.root.RootedFiles;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.apt.AptState;
import org.sourceos.rebuild.plan.HostRelease;
import org.sourceos.rebuild.progress.StepListener;

/** Thinks a conversion through: what is installed, whether it fits, from what it would be built. Changes nothing. */
final class Preparation {
    /** An image and what a small program makes while it is built. A build unpacks a source and makes some ten times of it. */
    private static final long BUILD_MIB = 50;

    private final CommandContext context;
    private final Places places;
    private final Path root;
    private final Journal journal;
    private Optional<PackageIndex> index = Optional.empty();

    Preparation(CommandContext context, Places places, Path root, Journal journal) {
        this.context = context;
        this.places = places;
        this.root = root;
        this.journal = journal;
    }

    InstalledSystem system() throws IOException, ImportException {
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
                    && !system.isPartOfAnother(one)
                    && journal.find(root, one.name()).isEmpty()) {
                chosen.add(one.name());
            }
        }
        return chosen;
    }

    /** Whether it fits, without a look at apt's sources. */
    Conversion look(InstalledSystem system, String name) throws ImportException {
        return new ConversionPlanner(system)
                .plan(system.find(name).orElseThrow(() -> new ImportException(name + " is not installed")), "");
    }

    PreparedConversion prepare(String name, boolean fromBinary, StepListener listener) throws Exception {
        InstalledSystem system = system();
        Optional<InstalledPackage> found = system.find(name);
        if (found.isEmpty()) {
            throw notInstalled(name, system, listener);
        }
        Conversion conversion = new ConversionPlanner(system).plan(found.get(), base(system));
        if (conversion.fit().grade() == Fit.Grade.NOT_CONVERTIBLE) {
            return new PreparedConversion(conversion, found.get().version(), "", "", "", 0, List.of());
        }
        if (fromBinary) {
            return new PreparedConversion(
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

    /** The build environment of the system's release: all of its programs are built in it, or none can be. */
    String base(InstalledSystem system) throws ImportException {
        String release = system.codename().orElse("");
        try {
            return Catalogues.of(context, List.of())
                    .defaultBase(HostRelease.parse("VERSION_CODENAME=" + release + "\n"))
                    .name();
        } catch (RebuildException e) {
            throw new ImportException(
                    "cannot convert programs of the system in " + root
                            + ": they are built in the base of their release, "
                            + (release.isEmpty() ? "and its /etc/os-release names none" : "and none is for " + release)
                            + "; add a folder with a base.toml to templates/bases, like debian-12's",
                    e);
        }
    }

    private PreparedConversion fromSource(Conversion conversion, StepListener listener) throws Exception {
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

    /** @param offered what apt's sources have, {@code description} and then older versions */
    PreparedConversion fromSource(
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
        return new PreparedConversion(
                conversion,
                version,
                "from the source package " + of.source() + " " + version + " in " + conversion.base() + ", with "
                        + Counts.of(tools.size(), "package") + " more",
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
        return new UsageException(name + " is not installed in " + root
                + (known
                        ? "; install it first (`apt-get install " + name + "`), or run it without (`run " + name + "`)"
                        : ", and apt's sources have no package of that name")
                + (known ? "" : meant.map(question -> ": " + question).orElse("")));
    }
}
