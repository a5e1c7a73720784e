package org.sourceos.config.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.sourceos.config.diagnostic.Position;
import org.sourceos.config.diagnostic.Quoted;
import org.sourceos.config.recipe.PackageSpec.DependencySpec;
import org.sourceos.config.toml.CheckedTable;
import org.sourceos.config.toml.Found;
import org.sourceos.config.toml.FreeTable;

/** Reads {@code name = "3.24"} and {@code name = { version = "3.24", features = ["wayland"] }}. */
final class DependencyReader {
    private final RecipeReader reader;

    /** The recipe's own name, as far as it is known. */
    private final String self;

    DependencyReader(RecipeReader reader, String self) {
        this.reader = reader;
        this.self = self;
    }

    List<DependencySpec> read(Optional<FreeTable> table) {
        List<DependencySpec> dependencies = new ArrayList<>();
        if (table.isPresent()) {
            for (String name : table.get().names()) {
                read(table.get(), name).ifPresent(dependencies::add);
            }
        }
        return dependencies;
    }

    private Optional<DependencySpec> read(FreeTable table, String name) {
        Position position = table.keyPosition(name);
        Optional<CheckedTable> details = table.table(name, RecipeKeys.DEPENDENCY, "\"3.24\"");
        Optional<Found<String>> version =
                details.map(checked -> checked.string("version")).orElseGet(() -> table.string(name));
        VersionConstraint constraint = version.map(this::constraint).orElse(VersionConstraint.ANY);
        TreeSet<String> features = new TreeSet<>();
        details.ifPresent(
                checked -> features.addAll(RecipeReader.texts(reader.shapedList(checked, "features", Shape.FEATURE))));
        if (name.startsWith("debian:")) {
            reader.complaints()
                    .add(
                            position,
                            "a dependency is a recipe, and " + Quoted.of(name) + " is a Debian package",
                            "write depends = [" + Quoted.of(name) + "] in [build] if only the build needs it");
            return Optional.empty();
        }
        if (name.equals(self)) {
            reader.complaints().add(position, self + " cannot depend on itself", "remove this dependency");
            return Optional.empty();
        }
        return reader.fits(new Found<>(name, position), "dependency", Shape.NAME)
                ? Optional.of(new DependencySpec(name, constraint, features, position))
                : Optional.empty();
    }

    private VersionConstraint constraint(Found<String> version) {
        try {
            return VersionConstraint.parse(version.value());
        } catch (VersionConstraint.Malformed e) {
            reader.complaints()
                    .add(
                            version.position(),
                            "version constraint " + Quoted.of(version.value()) + ": " + e.getMessage(),
                            e.suggestion());
            return VersionConstraint.ANY;
        }
    }
}
