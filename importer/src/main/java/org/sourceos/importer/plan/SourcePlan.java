package org.sourceos.importer.plan;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.host.Cancellation;

/**
 * Which source packages have to be built, in which order, so that given packages come from source. The base system and {@code build-essential} are taken as Debian built them. Where packages need each other, some binary
 * packages are taken as Debian built them too, until their own turn comes.
 *
 * @param order each after those it needs
 * @param cycles the source packages that need each other, sorted
 * @param cuts binary packages that Debian's build stands in for at first, each with the source package it is of
 * @param missing what no package satisfies, by the package that asks for it
 */
public record SourcePlan(
        List<SourcePackage> order,
        List<List<String>> cycles,
        SortedMap<String, String> cuts,
        SortedMap<String, SortedSet<String>> missing,
        Estimate estimate) {
    /**
     * What it takes, roughly: no build was measured for it.
     *
     * @param download bytes of sources
     * @param disk bytes at once: the largest build, and all results
     * @param time of one build after the other
     */
    public record Estimate(long download, long disk, Duration time) {}

    public SourcePlan {
        order = List.copyOf(order);
        cycles = List.copyOf(cycles);
    }

    /** What is built from source. */
    public enum Extent {
        /** The packages alone; all else is Debian's. */
        NAMED,
        /** The packages and what they need to run; what they are built with is Debian's. */
        PROGRAMS,
        /** That, and what it is built with, and so on. */
        TOOLS
    }

    /**
     * Plans.
     *
     * @param names source or binary packages that the index has
     */
    public static SourcePlan of(PackageIndex index, List<String> names, Extent extent, Cancellation cancellation) {
        return new Planning(index, cancellation).plan(names, extent);
    }

    private static final class Planning {
        /** So that a source package and a binary one of the same name are two nodes. */
        private static final String SOURCE = "src:";

        // A build of Debian's in a sandbox: configuring, unpacking, checking; then by what there is to compile. Fitted
        // by eye.
        private static final long SECONDS_EACH = 40;
        private static final long SECONDS_PER_MIB = 30;
        private static final long UNPACKED_AND_BUILT = 14;

        /** The larger, the fewer packages are cut, and the longer it takes. */
        private static final int CUT_TOGETHER = 40;

        private final PackageIndex index;
        private final Cancellation cancellation;
        private final NeedGraph graph = new NeedGraph();
        private final Set<String> base = new HashSet<>();
        private final SortedMap<String, SortedSet<String>> missing = new TreeMap<>();
        private final SortedMap<String, String> cuts = new TreeMap<>();
        private final List<List<String>> cycles = new ArrayList<>();
        private Optional<Set<String>> only = Optional.empty();

        Planning(PackageIndex index, Cancellation cancellation) {
            this.index = index;
            this.cancellation = cancellation;
        }

        SourcePlan plan(List<String> names, Extent extent) {
            Deque<String> rest = new ArrayDeque<>();
            index.base().forEach(binary -> rest.add(binary.name()));
            while (!rest.isEmpty()) {
                String name = rest.pop();
                if (base.add(name)) {
                    index.binary(name)
                            .ifPresent(binary ->
                                    rest.addAll(index.needed(binary.depends()).names()));
                }
            }
            Set<String> all = new HashSet<>();
            if (extent == Extent.PROGRAMS) {
                only = Optional.of(running(names));
            } else if (extent == Extent.NAMED) {
                only = Optional.of(sources(index, names));
            }
            List<String> nodes = collect(names, all);
            for (List<String> component : graph.components(nodes)) {
                if (isCircle(component)) {
                    open(component);
                }
            }
            List<SourcePackage> order = new ArrayList<>();
            for (List<String> component : graph.components(nodes)) {
                for (String node : component) {
                    if (node.startsWith(SOURCE)) {
                        index.source(node.substring(SOURCE.length())).ifPresent(order::add);
                    }
                }
            }
            return new SourcePlan(order, cycles, cuts, missing, estimate(order));
        }

        private static Set<String> sources(PackageIndex index, List<String> names) {
            Set<String> sources = new HashSet<>();
            for (String name : names) {
                index.sourceOf(name).ifPresent(source -> sources.add(source.name()));
            }
            return sources;
        }

        /** The sources of what is there when the packages run. */
        private Set<String> running(List<String> names) {
            Set<String> sources = sources(index, names);
            Set<String> seen = new HashSet<>();
            Deque<String> rest = new ArrayDeque<>(names);
            while (!rest.isEmpty()) {
                String name = rest.pop();
                if (!base.contains(name) && seen.add(name)) {
                    index.binary(name).ifPresent(binary -> {
                        sources.add(binary.source());
                        rest.addAll(index.needed(binary.depends()).names());
                    });
                }
            }
            return sources;
        }

        private boolean isBuilt(String binary) {
            return only.isEmpty()
                    || index.binary(binary)
                            .map(found -> only.get().contains(found.source()))
                            .orElse(false);
        }

        private List<String> collect(List<String> names, Set<String> all) {
            List<String> nodes = new ArrayList<>();
            Deque<String> rest = new ArrayDeque<>();
            for (String name : names) {
                index.sourceOf(name).ifPresent(source -> rest.add(SOURCE + source.name()));
                index.binary(name).ifPresent(binary -> rest.add(binary.name()));
            }
            while (!rest.isEmpty()) {
                String node = rest.pop();
                if (!all.add(node)) {
                    continue;
                }
                cancellation.throwIfCancelled();
                nodes.add(node);
                graph.node(node);
                for (String next : needsOf(node)) {
                    graph.need(node, next);
                    rest.add(next);
                }
            }
            return nodes;
        }

        private List<String> needsOf(String node) {
            List<String> next = new ArrayList<>();
            if (node.startsWith(SOURCE)) {
                String source = node.substring(SOURCE.length());
                next.addAll(binaries(
                        node,
                        index.source(source).map(SourcePackage::buildDepends).orElse("")));
            } else {
                index.binary(node).ifPresent(binary -> {
                    next.addAll(binaries(node, binary.depends()));
                    if (index.source(binary.source()).isPresent()) {
                        next.add(SOURCE + binary.source());
                    } else {
                        note(node, "its source package " + binary.source());
                    }
                });
            }
            return next;
        }

        private List<String> binaries(String node, String relations) {
            PackageIndex.Needed needed = index.needed(relations);
            needed.missing().forEach(clause -> note(node, clause));
            return needed.names().stream()
                    .filter(name -> !base.contains(name) && isBuilt(name))
                    .distinct()
                    .toList();
        }

        private void note(String node, String what) {
            missing.computeIfAbsent(node, name -> new TreeSet<>()).add(what);
        }

        /** Cuts until no source package needs itself. Binary packages may: they are installed together. */
        private void open(List<String> circle) {
            cycles.add(sources(circle));
            Deque<List<String>> rest = new ArrayDeque<>(List.of(circle));
            while (!rest.isEmpty()) {
                cancellation.throwIfCancelled();
                List<String> component = rest.pop();
                for (String cut : mostNeeded(component)) {
                    String source = index.binary(cut).map(BinaryPackage::source).orElse("");
                    cuts.put(cut, source);
                    graph.cut(cut, SOURCE + source);
                }
                graph.components(component).stream().filter(Planning::isCircle).forEach(rest::add);
            }
        }

        private static boolean isCircle(List<String> component) {
            return component.size() > 1 && component.stream().anyMatch(node -> node.startsWith(SOURCE));
        }

        private static List<String> sources(List<String> component) {
            return component.stream()
                    .filter(node -> node.startsWith(SOURCE))
                    .map(node -> node.substring(SOURCE.length()))
                    .toList();
        }

        /**
         * The binary packages whose sources are in the circle and that most of the circle needs: they open most circles at
         * once. Of a large one several are taken together, or ten thousand packages would take minutes.
         */
        private List<String> mostNeeded(List<String> component) {
            Set<String> inside = new HashSet<>(component);
            Map<String, Integer> count = new HashMap<>();
            List<String> candidates = new ArrayList<>();
            for (String node : component) {
                for (String next : graph.needsOf(node)) {
                    if (!inside.contains(next)) {
                        continue;
                    }
                    if (!next.startsWith(SOURCE)) {
                        count.merge(next, 1, Integer::sum);
                    } else if (!node.startsWith(SOURCE)) {
                        candidates.add(node);
                    }
                }
            }
            candidates.sort(Comparator.comparing((String node) -> -count.getOrDefault(node, 0))
                    .thenComparing(Comparator.naturalOrder()));
            return candidates.subList(0, Math.min(candidates.size(), 1 + candidates.size() / CUT_TOGETHER));
        }

        private Estimate estimate(List<SourcePackage> order) {
            long download = 0;
            long largest = 0;
            long seconds = 0;
            Set<String> names = new HashSet<>();
            for (SourcePackage source : order) {
                download += source.bytes();
                largest = Math.max(largest, source.bytes());
                seconds += SECONDS_EACH + SECONDS_PER_MIB * (source.bytes() >> 20);
                names.add(source.name());
            }
            long results = 1024 * index.installedKib(names);
            return new Estimate(
                    download, download + results + UNPACKED_AND_BUILT * largest, Duration.ofSeconds(seconds));
        }
    }
}
