package org.sourceos.importer.scope;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.config.debian.Relations;

/**
 * From the packages that are marked as installed by hand to those that somebody chose: without the base system, which every
 * Debian has, and without what others of them need anyway.
 */
final class ChosenPackages {
    private final SortedMap<String, DpkgPackage> packages;
    private final SortedMap<String, Set<String>> needed = new TreeMap<>();

    ChosenPackages(SortedMap<String, DpkgPackage> packages) {
        this.packages = packages;
    }

    /** @param manual names that are not marked as automatically installed */
    SortedSet<String> of(SortedSet<String> manual) {
        Set<String> base = new HashSet<>();
        for (DpkgPackage one : packages.values()) {
            if (one.essential() || one.priority().equals("required")) {
                base.add(one.name());
                base.addAll(closure(one.name()));
            }
        }
        SortedSet<String> candidates = new TreeSet<>();
        for (String name : manual) {
            if (!base.contains(name)) {
                candidates.add(name);
            }
        }
        SortedSet<String> chosen = new TreeSet<>();
        for (String name : candidates) {
            if (candidates.stream().noneMatch(other -> implies(other, name))) {
                chosen.add(name);
            }
        }
        return chosen;
    }

    /** Of two that need each other, the first by name stands for both. */
    private boolean implies(String other, String name) {
        return !other.equals(name)
                && closure(other).contains(name)
                && (!closure(name).contains(other) || other.compareTo(name) < 0);
    }

    /** What a package needs, and what that needs. */
    private Set<String> closure(String name) {
        return needed.computeIfAbsent(name, this::collect);
    }

    private Set<String> collect(String name) {
        Set<String> all = new HashSet<>();
        Deque<String> rest = new ArrayDeque<>();
        rest.add(name);
        while (!rest.isEmpty()) {
            DpkgPackage one = packages.get(rest.pop());
            if (one != null) {
                for (Relations.Clause clause : one.depends().clauses()) {
                    installed(clause).filter(all::add).ifPresent(rest::add);
                }
            }
        }
        all.remove(name);
        return all;
    }

    /**
     * Which package a clause brings: the first of its alternatives. Another one that is installed, or one that only provides
     * what is asked for, is somebody's choice.
     */
    private Optional<String> installed(Relations.Clause clause) {
        String first = clause.alternatives().get(0).name();
        return packages.containsKey(first) ? Optional.of(first) : Optional.empty();
    }
}
