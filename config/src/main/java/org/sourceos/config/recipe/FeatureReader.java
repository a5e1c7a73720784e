package org.sourceos.config.recipe;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.diagnostic.Position;
import org.sourceos.config.diagnostic.Quoted;
import org.sourceos.config.recipe.PackageSpec.DependencySpec;
import org.sourceos.config.recipe.PackageSpec.FeatureSpec;
import org.sourceos.config.recipe.PackageSpec.Located;
import org.sourceos.config.toml.CheckedTable;
import org.sourceos.config.toml.Found;
import org.sourceos.config.toml.FreeTable;

/** Reads {@code [features.NAME]} and {@code NAME = "description"}. */
final class FeatureReader {
    private final RecipeReader reader;
    private final String self;

    /** All scripts of the recipe, in which a feature may be asked for by its variable. */
    private final String scripts;

    private final Map<String, String> byVariable = new HashMap<>();

    FeatureReader(RecipeReader reader, String self, String scripts) {
        this.reader = reader;
        this.self = self;
        this.scripts = scripts;
    }

    SortedMap<String, FeatureSpec> read(Optional<FreeTable> table) {
        SortedMap<String, FeatureSpec> features = new TreeMap<>();
        if (table.isPresent()) {
            for (String name : table.get().names()) {
                FeatureSpec feature = read(table.get(), name);
                Position position = table.get().keyPosition(name);
                if (reader.fits(new Found<>(name, position), "feature", Shape.FEATURE) && isDistinct(name, position)) {
                    features.put(name, feature);
                    complainWhenIdle(feature, position);
                }
            }
        }
        return features;
    }

    private FeatureSpec read(FreeTable table, String name) {
        Optional<CheckedTable> details = table.table(name, RecipeKeys.FEATURE, "\"What it does\"");
        if (details.isEmpty()) {
            String description = table.string(name).map(Found::value).orElse("");
            return new FeatureSpec(name, description, false, List.of(), List.of(), List.of());
        }
        CheckedTable feature = details.get();
        List<Located> depends = reader.depends(feature, self);
        List<DependencySpec> dependencies = new DependencyReader(reader, self).read(feature.freeTable("dependencies"));
        return new FeatureSpec(
                name,
                reader.shapedText(feature, "description", Shape.LINE).orElse(""),
                feature.flag("default", false),
                depends,
                dependencies,
                RecipeReader.sorted(reader.shapedList(feature, "kernel_features", Shape.KERNEL_FEATURE)));
    }

    /** Two features that set the same variable could not be told apart. */
    private boolean isDistinct(String name, Position position) {
        String other = byVariable.putIfAbsent(variable(name), name);
        if (other != null) {
            reader.complaints()
                    .add(
                            position,
                            "the features " + Quoted.of(other) + " and " + Quoted.of(name) + " both are "
                                    + variable(name) + " in scripts",
                            "rename one of them");
        }
        return other == null;
    }

    private void complainWhenIdle(FeatureSpec feature, Position position) {
        boolean changesSomething = !feature.depends().isEmpty()
                || !feature.dependencies().isEmpty()
                || !feature.kernelFeatures().isEmpty()
                || scripts.contains(variable(feature.name()))
                || scripts.matches("(?s).*\\bFEATURES\\b.*");
        if (!changesSomething) {
            reader.complaints()
                    .addMissing(
                            position,
                            "the feature " + Quoted.of(feature.name()) + " changes nothing",
                            "use $" + variable(feature.name())
                                    + " in a script, or give it depends, dependencies or kernel_features");
        }
    }

    private static String variable(String name) {
        return "FEATURE_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
