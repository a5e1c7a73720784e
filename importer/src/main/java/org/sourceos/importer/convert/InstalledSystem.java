package org.sourceos.importer.convert;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sourceos.config.debian.ControlFile;
import org.sourceos.config.debian.Deb822;
import org.sourceos.config.debian.Relations;
import org.sourceos.importer.ImportException;
import org.sourceos.importer.root.RootedFiles;

/** The packages of the system below a root. Nothing of it is run; no link is followed out of it. */
public final class InstalledSystem {
    private static final String STATUS = "/var/lib/dpkg/status";
    private static final String UPDATES = "/var/lib/dpkg/updates";
    private static final String INFO = "/var/lib/dpkg/info/";
    private static final Pattern SOURCE = Pattern.compile("(\\S+)(?:\\s+\\(([^()]+)\\))?");

    private final RootedFiles files;
    private final SortedMap<String, InstalledPackage> packages = new TreeMap<>();

    private InstalledSystem(RootedFiles files) {
        this.files = files;
    }

    /**
     * Reads dpkg's status, and what a dpkg that was killed noted beside it; lists of files are read when they are asked for.
     *
     * @throws ImportException if there is no Debian system
     */
    public static InstalledSystem read(RootedFiles files, String shownRoot) throws ImportException {
        InstalledSystem system = new InstalledSystem(files);
        try (BufferedReader reader = files.reader(STATUS, StandardCharsets.UTF_8);
                Stream<String> lines = reader.lines().map(line -> line + "\n")) {
            Iterator<Deb822.Paragraph> paragraphs =
                    Deb822.read(lines.iterator()).iterator();
            while (paragraphs.hasNext()) {
                system.add(paragraphs.next());
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new ImportException(
                    "there is no Debian system in " + shownRoot + ": its " + STATUS
                            + " cannot be read; name the folder that is the system's / with --root",
                    e);
        }
        // dpkg writes each step into a file of its own, and all into its status when it ends.
        for (String update : files.list(UPDATES)) {
            if (update.matches("[0-9]+")) {
                Deb822.read(files.lines(UPDATES + "/" + update).stream()
                                .map(line -> line + "\n")
                                .iterator())
                        .forEach(system::update);
            }
        }
        return system;
    }

    private void update(Deb822.Paragraph paragraph) {
        String architecture = paragraph.field("Architecture").orElse("").strip();
        packages.computeIfPresent(
                paragraph.field("Package").orElse("").strip(),
                (name, known) -> known.architecture().equals(architecture) ? null : known);
        add(paragraph);
    }

    private void add(Deb822.Paragraph paragraph) {
        UnaryOperator<String> field = name -> paragraph.field(name).orElse("").strip();
        List<String> status = ControlFile.words(field.apply("Status"));
        String name = field.apply("Package");
        if (status.size() != 3 || !status.get(2).equals("installed") || !name.matches("[a-z0-9][a-z0-9+.-]*")) {
            return;
        }
        String version = field.apply("Version");
        Matcher source = SOURCE.matcher(field.apply("Source"));
        boolean named = source.matches();
        String sourceVersion =
                named && source.group(2) != null ? source.group(2).strip() : version.replaceFirst("\\+b[0-9]+$", "");
        String size = field.apply("Installed-Size");
        packages.putIfAbsent(
                name,
                new InstalledPackage(
                        name,
                        version,
                        field.apply("Architecture"),
                        named ? source.group(1) : name,
                        sourceVersion,
                        paragraph.flag("Essential"),
                        field.apply("Priority"),
                        field.apply("Section").replaceFirst("^.*/", ""),
                        field.apply("Description").split("\n", 2)[0],
                        relations(field.apply("Pre-Depends") + "," + field.apply("Depends")),
                        relations(field.apply("Recommends") + "," + field.apply("Suggests")),
                        relations(field.apply("Provides")),
                        List.of(),
                        size.matches("[0-9]{1,12}") ? Long.parseLong(size) : 0));
    }

    private static Relations relations(String value) {
        try {
            return Relations.parse(value);
        } catch (IllegalArgumentException e) {
            return Relations.NONE;
        }
    }

    RootedFiles files() {
        return files;
    }

    /** All of them, without their files. */
    public SortedMap<String, InstalledPackage> packages() {
        return java.util.Collections.unmodifiableSortedMap(packages);
    }

    /** One with its files. */
    public Optional<InstalledPackage> find(String name) {
        InstalledPackage known = packages.get(name);
        return Optional.ofNullable(known)
                .map(one -> new InstalledPackage(
                        one.name(),
                        one.version(),
                        one.architecture(),
                        one.source(),
                        one.sourceVersion(),
                        one.essential(),
                        one.priority(),
                        one.section(),
                        one.description(),
                        one.depends(),
                        one.recommends(),
                        one.provides(),
                        list(one),
                        one.installedKib()));
    }

    private List<String> list(InstalledPackage one) {
        List<String> lines = files.lines(INFO + one.name() + ".list");
        return (lines.isEmpty() ? files.lines(INFO + one.name() + ":" + one.architecture() + ".list") : lines)
                .stream()
                        .filter(line -> line.startsWith("/") && !line.equals("/."))
                        .toList();
    }

    /** A maintainer script; empty where there is none. */
    String script(InstalledPackage one, String kind) {
        String text = files.text(INFO + one.name() + "." + kind);
        return text.isEmpty() ? files.text(INFO + one.name() + ":" + one.architecture() + "." + kind) : text;
    }

    /** Installed packages of which a relation names this one, or what it provides. */
    List<InstalledPackage> neededBy(InstalledPackage one) {
        List<String> names = new ArrayList<>(List.of(one.name()));
        one.provides()
                .clauses()
                .forEach(clause -> names.add(clause.alternatives().get(0).name()));
        return packages.values().stream()
                .filter(other ->
                        !other.name().equals(one.name()) && !other.source().equals(one.source()))
                .filter(other -> other.depends().clauses().stream()
                        .anyMatch(clause ->
                                clause.alternatives().stream().anyMatch(relation -> names.contains(relation.name()))))
                .toList();
    }

    /** Whether a program of the same source stands on it, which brings it into its machine: libperl5.36 is of perl. */
    public boolean isPartOfAnother(InstalledPackage one) {
        return packages.values().stream()
                .filter(other ->
                        !other.name().equals(one.name()) && other.source().equals(one.source()))
                .filter(other -> other.dependedOn().contains(one.name())
                        && !one.dependedOn().contains(other.name()))
                .anyMatch(other -> list(other).stream().anyMatch(InstalledPackage::isProgram));
    }

    /** The codename of the release, {@code bookworm}; empty where it is not said. */
    public Optional<String> codename() {
        return Stream.of("/etc/os-release", "/usr/lib/os-release")
                .flatMap(file -> files.lines(file).stream())
                .filter(line -> line.startsWith("VERSION_CODENAME="))
                .map(line -> line.substring("VERSION_CODENAME=".length())
                        .replace("\"", "")
                        .strip())
                .findFirst();
    }
}
