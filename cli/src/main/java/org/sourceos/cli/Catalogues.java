package org.sourceos.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.sourceos.config.ConfigException;
import org.sourceos.config.options.PackageDeclarations;
import org.sourceos.config.options.PackageDeclarations.PackageDeclaration;
import org.sourceos.config.recipe.PackageSpec;
import org.sourceos.rebuild.Rebuild;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.plan.Catalogue;

/** The catalogue of recipes, for those who build and for those who only name packages. */
public final class Catalogues {
    /** What configurations call the recipe that kernels are built from. */
    private static final String KERNEL = "kernel";

    private Catalogues() {}

    /**
     * The shipped catalogue behind other folders of recipes.
     *
     * @param packageFolders looked into first, in this order
     */
    public static Catalogue of(CommandContext context, List<Path> packageFolders) {
        Path templates = context.library().resolve("templates");
        List<Path> all = new ArrayList<>(packageFolders);
        all.add(templates.resolve("packages"));
        return new Catalogue(
                all,
                templates.resolve("bases"),
                templates.resolve("kernel"),
                Optional.of(templates.resolve("catalogue.toml")));
    }

    /** The names that a configuration can use, each recipe read when something in it is asked for. */
    public static PackageDeclarations declarations(Catalogue catalogue) throws RebuildException {
        SortedSet<String> recipes = catalogue.names();
        var named = catalogue.namedPackages();
        SortedSet<String> names = new TreeSet<>(recipes);
        names.addAll(named.keySet());
        names.add(KERNEL);
        return new PackageDeclarations() {
            @Override
            public SortedSet<String> names() {
                return names;
            }

            @Override
            public PackageDeclaration find(String name) throws ConfigException {
                String recipe = name.equals(KERNEL) && !recipes.contains(KERNEL) ? Rebuild.KERNEL : name;
                PackageDeclaration nameOnly = named.get(name);
                return nameOnly == null || recipes.contains(recipe)
                        ? declaration(name, spec(catalogue, recipe))
                        : nameOnly;
            }
        };
    }

    private static PackageDeclaration declaration(String name, PackageSpec spec) {
        return new PackageDeclaration(name, spec.about().description(), spec.options(), true);
    }

    private static PackageSpec spec(Catalogue catalogue, String name) throws ConfigException {
        try {
            return catalogue.recipe(name).spec();
        } catch (RebuildException e) {
            if (e.getCause() instanceof ConfigException mistakes) {
                throw mistakes;
            }
            // The file was there a moment ago.
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}
