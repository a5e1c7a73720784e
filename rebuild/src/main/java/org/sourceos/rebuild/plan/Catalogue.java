package org.sourceos.rebuild.plan;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.sourceos.config.ConfigException;
import org.sourceos.config.base.BaseSpec;
import org.sourceos.config.diagnostic.Suggestions;
import org.sourceos.config.kernel.KernelFragment;
import org.sourceos.config.options.PackageDeclarations.PackageDeclaration;
import org.sourceos.config.recipe.NamedPackages;
import org.sourceos.config.recipe.PackageSpec;
import org.sourceos.config.recipe.PackageSpecParser;
import org.sourceos.rebuild.RebuildException;

/**
 * Where recipes, bases and kernel fragments are found by name. A recipe is {@code NAME.source.toml} in one of the folders, or
 * {@code NAME/NAME.source.toml} with its patches beside it; the first folder that has one wins. Read when asked for, and
 * anew each time.
 */
public final class Catalogue {
    private static final String RECIPE_SUFFIX = ".source.toml";
    private static final String FRAGMENT_SUFFIX = ".config";

    private final List<Path> packageFolders;
    private final Path baseFolder;
    private final Path kernelFolder;
    private final Optional<Path> namedPackages;

    /**
     * @param packageFolders in the order in which they are searched; those that do not exist are passed over
     * @param baseFolder holds {@code NAME/base.toml}
     * @param kernelFolder holds {@code base.config} and {@code features/NAME.config}
     * @param namedPackages the file that names packages without recipes, where there is one
     */
    public Catalogue(List<Path> packageFolders, Path baseFolder, Path kernelFolder, Optional<Path> namedPackages) {
        this.packageFolders = List.copyOf(packageFolders);
        this.baseFolder = baseFolder;
        this.kernelFolder = kernelFolder;
        this.namedPackages = namedPackages;
    }

    /** Empty when no folder has a recipe of that name. */
    Optional<Recipe> find(String name) throws RebuildException {
        for (Path folder : packageFolders) {
            for (Path candidate : List.of(
                    folder.resolve(name + RECIPE_SUFFIX), folder.resolve(name).resolve(name + RECIPE_SUFFIX))) {
                Optional<String> text = text(candidate);
                if (text.isPresent()) {
                    return Optional.of(new Recipe(spec(candidate, text.get()), folderOf(candidate)));
                }
            }
        }
        return Optional.empty();
    }

    /** @throws RebuildException UNUSABLE, with the nearest names, when there is none */
    public Recipe recipe(String name) throws RebuildException {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9+._-]*")) {
            throw unusable("not the name of a recipe: " + name
                    + "; names have letters, digits, '+', '-', '.' and '_', and start with a letter or digit");
        }
        Optional<Recipe> found = find(name);
        if (found.isEmpty()) {
            throw unusable(noRecipe(name));
        }
        return found.get();
    }

    /** Packages that configurations may name though nobody has written their recipes, by name. */
    public SortedMap<String, PackageDeclaration> namedPackages() throws RebuildException {
        Optional<Path> file = namedPackages.filter(Files::exists);
        if (file.isEmpty()) {
            return new TreeMap<>();
        }
        try {
            return NamedPackages.parse(file.get().toString(), text(file.get()).orElse(""));
        } catch (ConfigException e) {
            throw new RebuildException(RebuildException.Kind.UNUSABLE, String.valueOf(e.getMessage()), e);
        }
    }

    String noRecipe(String name) throws RebuildException {
        if (namedPackages().containsKey(name)) {
            return "nobody has written the recipe of " + name
                    + " yet, so it can be named in a configuration but not built;" + " write "
                    + packageFolders.get(0).resolve(name + RECIPE_SUFFIX) + " (docs/recipes.md says how)";
        }
        return "there is no recipe for " + name + "; " + nearest(name, names()) + " (looked for " + name + RECIPE_SUFFIX
                + " in " + packageFolders.stream().map(Path::toString).collect(Collectors.joining(", ")) + ")";
    }

    /** The names of all recipes, of all folders. */
    public SortedSet<String> names() throws RebuildException {
        SortedSet<String> names = new TreeSet<>();
        for (Path folder : packageFolders) {
            for (Path path : entries(folder)) {
                String file = path.getFileName().toString();
                if (file.endsWith(RECIPE_SUFFIX)) {
                    names.add(file.substring(0, file.length() - RECIPE_SUFFIX.length()));
                } else if (Files.exists(path.resolve(file + RECIPE_SUFFIX))) {
                    names.add(file);
                }
            }
        }
        return names;
    }

    /** @throws RebuildException UNUSABLE when there is no such base */
    public BaseSpec base(String name) throws RebuildException {
        Path file = baseFolder.resolve(name).resolve("base.toml");
        Optional<String> text = name.contains("/") ? Optional.empty() : text(file);
        if (text.isEmpty()) {
            throw unusable(
                    "there is no base " + name + "; " + nearest(name, baseNames()) + " (looked in " + baseFolder + ")");
        }
        try {
            return BaseSpec.parse(file.toString(), text.get());
        } catch (ConfigException e) {
            throw new RebuildException(RebuildException.Kind.UNUSABLE, String.valueOf(e.getMessage()), e);
        }
    }

    /** The base of this machine's own release: its packages are what the machine's apt sources offer. */
    public BaseSpec defaultBase(HostRelease host) throws RebuildException {
        for (String name : baseNames()) {
            BaseSpec base = base(name);
            if (host.codename().filter(base.suite()::equals).isPresent()) {
                return base;
            }
        }
        throw unusable("no base is for this machine's release (" + host.prettyName() + "): there are "
                + String.join(", ", baseNames()) + "; name one in the recipe ([build] base = \"…\") or add "
                + baseFolder.resolve(host.codename().orElse("NAME")).resolve("base.toml"));
    }

    private SortedSet<String> baseNames() throws RebuildException {
        SortedSet<String> names = new TreeSet<>();
        for (Path path : entries(baseFolder)) {
            if (Files.exists(path.resolve("base.toml"))) {
                names.add(path.getFileName().toString());
            }
        }
        return names;
    }

    /** The options that every machine's kernel has. */
    KernelFragment baseFragment() throws RebuildException {
        Path file = kernelFolder.resolve("base" + FRAGMENT_SUFFIX);
        Optional<String> text = text(file);
        if (text.isEmpty()) {
            throw unusable(
                    "the kernel's base fragment " + file + " is missing; reinstall SourceOS or restore that file");
        }
        return fragment(file, text.get());
    }

    /** Empty when there is no such feature. */
    Optional<KernelFragment> featureFragment(String feature) throws RebuildException {
        if (!feature.matches("[A-Z0-9_]+")) {
            return Optional.empty();
        }
        Path file = kernelFolder.resolve("features").resolve(feature + FRAGMENT_SUFFIX);
        Optional<String> text = text(file);
        return text.isPresent() ? Optional.of(fragment(file, text.get())) : Optional.empty();
    }

    String noFeatureFragment(String feature) throws RebuildException {
        SortedSet<String> names = new TreeSet<>();
        Path folder = kernelFolder.resolve("features");
        for (Path path : entries(folder)) {
            String file = path.getFileName().toString();
            if (file.endsWith(FRAGMENT_SUFFIX)) {
                names.add(file.substring(0, file.length() - FRAGMENT_SUFFIX.length()));
            }
        }
        return "there is no kernel feature " + feature + "; " + nearest(feature, names) + " (features are the files "
                + folder.resolve("*" + FRAGMENT_SUFFIX) + ")";
    }

    static String nearest(String name, SortedSet<String> names) {
        Optional<String> similar = Suggestions.nearest(name, names);
        if (similar.isPresent()) {
            return "did you mean " + similar.get() + "?";
        }
        return names.isEmpty() ? "there are none at all" : "there are " + String.join(", ", names);
    }

    private static PackageSpec spec(Path file, String text) throws RebuildException {
        try {
            return PackageSpecParser.parse(file.toString(), text);
        } catch (ConfigException e) {
            throw new RebuildException(RebuildException.Kind.UNUSABLE, String.valueOf(e.getMessage()), e);
        }
    }

    private static KernelFragment fragment(Path file, String text) throws RebuildException {
        try {
            return KernelFragment.parse(file.toString(), text);
        } catch (ConfigException e) {
            throw new RebuildException(RebuildException.Kind.UNUSABLE, String.valueOf(e.getMessage()), e);
        }
    }

    private static Optional<String> text(Path file) throws RebuildException {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            throw unusable("cannot read " + file + ": " + e + "; it must be readable and UTF-8 text");
        }
    }

    private static List<Path> entries(Path folder) throws RebuildException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(entries::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw unusable("cannot list " + folder + ": " + e);
        }
        return entries;
    }

    private static Path folderOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    private static RebuildException unusable(String message) {
        return new RebuildException(RebuildException.Kind.UNUSABLE, message);
    }
}
