package org.sourceos.rebuild.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything a request comes to: its package, those it needs, and its kernel.
 *
 * @param packages by name, each after those it needs, the requested one last
 * @param kernelOptions what the kernel's configuration must say, by option ({@code CONFIG_NET}), {@code n} for "not set"
 */
public record Resolution(
        String root,
        Map<String, ResolvedPackage> packages,
        ResolvedPackage kernel,
        SortedSet<String> kernelFeatures,
        SortedMap<String, String> kernelOptions) {
    public Resolution {
        packages = Collections.unmodifiableMap(new LinkedHashMap<>(packages));
        kernelFeatures = Collections.unmodifiableSortedSet(new TreeSet<>(kernelFeatures));
        kernelOptions = Collections.unmodifiableSortedMap(new TreeMap<>(kernelOptions));
    }

    public ResolvedPackage rootPackage() {
        return named(root);
    }

    ResolvedPackage named(String name) {
        ResolvedPackage found = packages.get(name);
        if (found == null) {
            throw new IllegalArgumentException(name + " is not part of " + root);
        }
        return found;
    }

    /** What {@code name} runs with, dependencies of dependencies included, nearest first, itself not. */
    public List<ResolvedPackage> runtimeClosure(String name) {
        Set<String> seen = new LinkedHashSet<>();
        List<String> level = named(name).dependencies();
        while (!level.isEmpty()) {
            List<String> next = new ArrayList<>();
            for (String dependency : level) {
                if (seen.add(dependency)) {
                    next.addAll(named(dependency).dependencies());
                }
            }
            level = next;
        }
        return seen.stream().map(this::named).toList();
    }

    /** What is laid over the base when {@code name} is built: its tools and dependencies, and what those run with. */
    public List<ResolvedPackage> buildClosure(String name) {
        Set<ResolvedPackage> all = new LinkedHashSet<>(runtimeClosure(name));
        for (String tool : named(name).tools()) {
            all.add(named(tool));
            all.addAll(runtimeClosure(tool));
        }
        return List.copyOf(all);
    }
}
