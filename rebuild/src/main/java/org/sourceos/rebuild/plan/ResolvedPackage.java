package org.sourceos.rebuild.plan;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.sourceos.config.base.BaseSpec;
import org.sourceos.config.recipe.PackageSpec;

/**
 * A recipe with everything about it decided that needs no network.
 *
 * @param features those that are on: the defaults and what all dependents ask for
 * @param dependencies names of the packages it runs with, in the recipe's order
 * @param tools names of the packages it is only built with
 * @param debs Debian packages it is built with, sorted
 */
public record ResolvedPackage(
        Recipe recipe,
        SortedSet<String> features,
        List<String> dependencies,
        List<String> tools,
        List<String> debs,
        BaseSpec base) {
    public ResolvedPackage {
        features = Collections.unmodifiableSortedSet(new TreeSet<>(features));
        dependencies = List.copyOf(dependencies);
        tools = List.copyOf(tools);
        debs = List.copyOf(debs);
    }

    public String name() {
        return recipe.name();
    }

    public PackageSpec spec() {
        return recipe.spec();
    }

    /** The patches, in the order in which they are applied. */
    public List<Path> patches() {
        return spec().build().patches().stream()
                .map(patch -> recipe.folder().resolve(patch.text()))
                .toList();
    }
}
