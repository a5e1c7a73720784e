package org.sourceos.rebuild.plan;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.sourceos.config.base.BaseSpec;
import org.sourceos.config.recipe.PackageSpec;

/**
 * A recipe with everything about it decided that needs no network.
 *
 * @param features those that are on: the defaults and what all dependents ask for
 * @param dependencies names of the packages it runs with, in the recipe's order
 * @param tools names of the packages it is only built with
 * @param debs Debian packages it is built with, sorted
 * @param settings of the requested package: what is set of the options that its recipe declares
 * @param inputs of the requested package: what its settings name beside texts
 * @param morePatches applied after the recipe's own
 */
public record ResolvedPackage(
        Recipe recipe,
        SortedSet<String> features,
        List<String> dependencies,
        List<String> tools,
        List<String> debs,
        BaseSpec base,
        SortedMap<String, String> settings,
        SettingInputs inputs,
        List<Path> morePatches) {
    public ResolvedPackage(
            Recipe recipe,
            SortedSet<String> features,
            List<String> dependencies,
            List<String> tools,
            List<String> debs,
            BaseSpec base,
            SortedMap<String, String> settings) {
        this(recipe, features, dependencies, tools, debs, base, settings, SettingInputs.NONE, List.of());
    }

    public ResolvedPackage {
        features = Collections.unmodifiableSortedSet(new TreeSet<>(features));
        dependencies = List.copyOf(dependencies);
        tools = List.copyOf(tools);
        debs = List.copyOf(debs);
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        morePatches = List.copyOf(morePatches);
    }

    ResolvedPackage with(List<Path> patches) {
        return new ResolvedPackage(recipe, features, dependencies, tools, debs, base, settings, inputs, patches);
    }

    /** The settings as the build's scripts and the program see them: {@code OPTION_VIM_MODE=true}. */
    public SortedMap<String, String> variables() {
        SortedMap<String, String> variables = new TreeMap<>();
        settings.forEach((name, value) ->
                variables.put("OPTION_" + name.toUpperCase(Locale.ROOT).replace('-', '_'), value));
        return variables;
    }

    public String name() {
        return recipe.name();
    }

    public PackageSpec spec() {
        return recipe.spec();
    }

    /** The patches, in the order in which they are applied. */
    public List<Path> patches() {
        return Stream.concat(
                        spec().build().patches().stream()
                                .map(patch -> recipe.folder().resolve(patch.text())),
                        morePatches.stream())
                .toList();
    }
}
