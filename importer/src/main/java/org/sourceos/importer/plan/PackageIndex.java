package org.sourceos.importer.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.config.debian.ControlFile;
import org.sourceos.config.debian.Deb822;
import org.sourceos.config.debian.DebianVersion;
import org.sourceos.config.debian.Relations;
import org.sourceos.config.debian.Relations.Clause;
import org.sourceos.config.debian.Relations.Relation;

/**
 * What suites offer, from apt's {@code Packages} and {@code Sources} lists: of each name the newest version. Paragraphs that
 * say nothing that can be used are counted and left out. Not for several threads while it is being filled.
 */
public final class PackageIndex {
    private final Map<String, SourcePackage> sources = new TreeMap<>();
    private final Map<String, BinaryPackage> binaries = new TreeMap<>();
    private final Map<String, SortedSet<String>> providers = new TreeMap<>();
    private final String architecture;
    private int unusable;

    public PackageIndex(String architecture) {
        this.architecture = architecture;
    }

    public String architecture() {
        return architecture;
    }

    /** Paragraphs without a name or version. */
    public int unusable() {
        return unusable;
    }

    public int sources() {
        return sources.size();
    }

    /** Adds a list of binary packages, line by line with line ends. */
    public void addPackages(Iterator<String> lines) {
        Deb822.read(lines).forEach(paragraph -> {
            String name = paragraph.field("Package").orElse("");
            String version = paragraph.field("Version").orElse("");
            if (name.isEmpty() || version.isEmpty()) {
                unusable += paragraph.fields().isEmpty() ? 0 : 1;
                return;
            }
            BinaryPackage known = binaries.get(name);
            if (known != null && DebianVersion.ORDER.compare(known.version(), version) >= 0) {
                return;
            }
            String priority = paragraph.field("Priority").orElse("");
            String provides = paragraph.field("Provides").orElse("");
            binaries.put(
                    name,
                    new BinaryPackage(
                            name,
                            version,
                            paragraph.field("Source").orElse(name).replaceFirst("\\s.*", ""),
                            paragraph.flag("Essential")
                                    || priority.equals("required")
                                    || name.equals("build-essential"),
                            joined(paragraph, "Pre-Depends", "Depends"),
                            provides,
                            number(paragraph.field("Installed-Size").orElse(""))));
            for (Clause clause : relations(provides).clauses()) {
                providers
                        .computeIfAbsent(clause.alternatives().get(0).name(), virtual -> new TreeSet<>())
                        .add(name);
            }
        });
    }

    /** Adds a list of source packages. */
    public void addSources(Iterator<String> lines) {
        Deb822.read(lines).forEach(paragraph -> {
            String name = paragraph.field("Package").orElse("");
            String version = paragraph.field("Version").orElse("");
            // Kept for the licence of what was built with it, not to be built.
            boolean extra = paragraph.flag("Extra-Source-Only");
            SourcePackage known = sources.get(name);
            if (name.isEmpty() || version.isEmpty()) {
                unusable += paragraph.fields().isEmpty() ? 0 : 1;
            } else if (!extra && (known == null || DebianVersion.ORDER.compare(known.version(), version) < 0)) {
                sources.put(
                        name,
                        new SourcePackage(
                                name,
                                version,
                                joined(paragraph, "Build-Depends", "Build-Depends-Arch", "Build-Depends-Indep"),
                                // Newer archives have no MD5 sums any more.
                                bytes(paragraph
                                        .field("Files")
                                        .or(() -> paragraph.field("Checksums-Sha256"))
                                        .orElse(""))));
            }
        });
    }

    private static String joined(Deb822.Paragraph paragraph, String... fields) {
        List<String> values = new ArrayList<>();
        for (String field : fields) {
            paragraph.field(field).filter(value -> !value.isBlank()).ifPresent(values::add);
        }
        return String.join(", ", values);
    }

    private static long bytes(String files) {
        long bytes = 0;
        for (String line : files.split("\n", -1)) {
            List<String> words = ControlFile.words(line);
            bytes += words.size() == 3 ? number(words.get(1)) : 0;
        }
        return bytes;
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,12}") ? Long.parseLong(text) : 0;
    }

    public Optional<SourcePackage> source(String name) {
        return Optional.ofNullable(sources.get(name));
    }

    public Optional<BinaryPackage> binary(String name) {
        return Optional.ofNullable(binaries.get(name));
    }

    /** The package a name means: a source package, or that of a binary package. */
    public Optional<SourcePackage> sourceOf(String name) {
        return source(name).or(() -> binary(name).flatMap(binary -> source(binary.source())));
    }

    List<BinaryPackage> base() {
        return binaries.values().stream().filter(BinaryPackage::base).toList();
    }

    /** What all binary packages of these source packages take when they are installed. */
    long installedKib(Set<String> ofSources) {
        return binaries.values().stream()
                .filter(binary -> ofSources.contains(binary.source()))
                .mapToLong(BinaryPackage::installedKib)
                .sum();
    }

    /**
     * What binary packages take when they are installed, with all that they depend on.
     *
     * @param base what is there already, with all that it depends on
     */
    public long installedKib(Collection<String> names, Collection<String> base) {
        Set<String> there = new TreeSet<>();
        installedKib(base, there);
        return installedKib(names, there);
    }

    private long installedKib(Collection<String> names, Set<String> seen) {
        Deque<String> open = new ArrayDeque<>(names);
        long kib = 0;
        for (String name = open.poll(); name != null; name = open.poll()) {
            BinaryPackage found = binaries.get(name);
            if (found != null && (!found.base() || name.equals("build-essential")) && seen.add(name)) {
                kib += found.installedKib();
                open.addAll(needed(found.depends()).names());
            }
        }
        return kib;
    }

    /** A damaged value names nothing, as for apt. */
    private static Relations relations(String value) {
        try {
            return Relations.parse(value);
        } catch (IllegalArgumentException e) {
            return Relations.NONE;
        }
    }

    /** Packages that satisfy a relation field, each clause by the first of its alternatives that there is. */
    public List<String> satisfying(org.sourceos.config.debian.Relations relations) {
        return needed(relations.print()).names();
    }

    /** All names of binary packages. */
    public Set<String> binaryNames() {
        return java.util.Collections.unmodifiableSet(binaries.keySet());
    }

    /** What a value asks for, each clause by the first of its alternatives that there is. */
    Needed needed(String value) {
        List<String> names = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (Clause clause : relations(value).clauses()) {
            List<Relation> counting = clause.alternatives().stream()
                    .filter(relation -> relation.appliesTo(architecture))
                    .toList();
            if (!counting.isEmpty()) {
                Optional<String> found = counting.stream()
                        .flatMap(relation -> satisfying(relation).stream())
                        .findFirst();
                found.ifPresentOrElse(names::add, () -> missing.add(clause.print()));
            }
        }
        return new Needed(names, missing);
    }

    private Optional<String> satisfying(Relation relation) {
        BinaryPackage real = binaries.get(relation.name());
        if (real != null
                && relation.constraint()
                        .map(constraint -> constraint.holdsFor(real.version()))
                        .orElse(true)) {
            return Optional.of(relation.name());
        }
        return providers.getOrDefault(relation.name(), new TreeSet<>()).stream().findFirst();
    }

    /**
     * What has to be there.
     *
     * @param missing clauses that nothing satisfies
     */
    record Needed(List<String> names, List<String> missing) {
        Needed {
            names = List.copyOf(names);
            missing = List.copyOf(missing);
        }
    }
}
