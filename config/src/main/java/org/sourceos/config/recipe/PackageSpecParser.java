package org.sourceos.config.recipe;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sourceos.config.ConfigException;
import org.sourceos.config.diagnostic.Complaints;
import org.sourceos.config.diagnostic.Position;
import org.sourceos.config.diagnostic.Quoted;
import org.sourceos.config.diagnostic.SourceText;
import org.sourceos.config.recipe.PackageSpec.About;
import org.sourceos.config.recipe.PackageSpec.BuildSpec;
import org.sourceos.config.recipe.PackageSpec.IntegrationSpec;
import org.sourceos.config.recipe.PackageSpec.RuntimeSpec;
import org.sourceos.config.recipe.PackageSpec.SourceSpec;
import org.sourceos.config.toml.CheckedTable;
import org.sourceos.config.toml.Found;
import org.sourceos.config.toml.TomlDocument;

/**
 * Reads a recipe: TOML 1.1 with the keys of docs/recipes.md. All mistakes are found at once. Nothing but the text is looked
 * at: whether a dependency, a feature of another recipe or a kernel feature exists is for the planner to say.
 */
public final class PackageSpecParser {
    private static final String SUFFIX = ".source.toml";

    private final RecipeReader reader;
    private final Complaints complaints;
    private final CheckedTable root;

    private PackageSpecParser(Complaints complaints, CheckedTable root) {
        this.reader = new RecipeReader(complaints);
        this.complaints = complaints;
        this.root = root;
    }

    /**
     * Reads a recipe.
     *
     * @param fileName as messages show it; its last part, {@code NAME.source.toml}, has to agree with the recipe's name
     * @throws ConfigException with every mistake
     */
    public static PackageSpec parse(String fileName, String text) throws ConfigException {
        Complaints complaints = new Complaints(new SourceText(fileName, text));
        CheckedTable root = TomlDocument.parse(text, RecipeKeys.ROOT, RecipeKeys.TABLES, complaints);
        Optional<PackageSpec> spec = new PackageSpecParser(complaints, root).read(fileName);
        complaints.throwIfAny();
        return spec.orElseThrow(() -> new IllegalStateException("an incomplete recipe without a mistake: " + fileName));
    }

    /** Empty only where something was complained about. */
    private Optional<PackageSpec> read(String fileName) {
        Optional<CheckedTable> about = root.table("package", RecipeKeys.PACKAGE);
        Optional<Found<String>> name = about.flatMap(table -> reader.shaped(table, "name", Shape.NAME));
        name.ifPresent(found -> compareWithFile(found, fileName));
        Optional<String> version = about.flatMap(table -> reader.shapedText(table, "version", Shape.VERSION));
        Optional<SourceSpec> source = about.flatMap(table -> new SourceReader(reader, table).read(version));
        About description = about.map(this::about).orElse(About.NOTHING);

        // Stands in for a name that was complained about, so that the rest is read too.
        String self = name.map(Found::value).orElse("");
        Position position = about.map(CheckedTable::position).orElse(root.position());
        Optional<BuildSpec> build = build(self, position);
        LimitsReader shares = new LimitsReader(reader);
        var limits = shares.limits(root.table("limits", RecipeKeys.LIMITS));
        var kernel = shares.kernel(root.table("kernel", RecipeKeys.KERNEL));
        RuntimeSpec runtime = root.table("runtime", RecipeKeys.RUNTIME)
                .map(table -> new RuntimeReader(reader).read(table, self, limits, kernel))
                .orElseGet(() -> RuntimeReader.absent(self, position, limits, kernel));
        var dependencies = new DependencyReader(reader, self).read(root.freeTable("dependencies"));
        var features = new FeatureReader(reader, self, scripts(build)).read(root.freeTable("features"));
        var options = new OptionReader(reader).read(root.freeTable("options"));
        IntegrationSpec integration = integration();
        Optional<PackageSpec.DesktopSpec> desktop =
                root.table("desktop", RecipeKeys.DESKTOP).flatMap(this::desktop);
        return name.isEmpty() || source.isEmpty() || build.isEmpty()
                ? Optional.empty()
                : Optional.of(new PackageSpec(
                        self,
                        version,
                        source.get(),
                        build.get(),
                        runtime,
                        dependencies,
                        features,
                        options,
                        integration,
                        desktop,
                        position,
                        description));
    }

    private void compareWithFile(Found<String> name, String fileName) {
        String last = fileName.substring(fileName.lastIndexOf('/') + 1);
        if (last.endsWith(SUFFIX) && !last.equals(name.value() + SUFFIX)) {
            String expected = last.substring(0, last.length() - SUFFIX.length());
            complaints.add(
                    name.position(),
                    "the recipe is named " + Quoted.of(name.value()) + " and its file " + Quoted.of(last),
                    "write name = " + Quoted.of(expected) + ", or rename the file to " + name.value() + SUFFIX);
        }
    }

    private About about(CheckedTable table) {
        return new About(
                reader.shapedText(table, "description", Shape.LINE),
                reader.shapedText(table, "homepage", Shape.ADDRESS),
                reader.shapedText(table, "license", Shape.LINE));
    }

    private Optional<BuildSpec> build(String name, Position position) {
        BuildReader build = new BuildReader(reader);
        Optional<CheckedTable> check = root.table("check", RecipeKeys.CHECK);
        Optional<CheckedTable> table = root.table("build", RecipeKeys.BUILD);
        if (!root.contains("build")) {
            build.complainAboutMissingTable(position);
        }
        return table.map(found -> build.read(found, check, name));
    }

    private static String scripts(Optional<BuildSpec> build) {
        return build.map(spec -> Stream.of(Optional.of(spec.script()), spec.install(), spec.check())
                        .flatMap(Optional::stream)
                        .collect(Collectors.joining("\n")))
                .orElse("");
    }

    /** Empty only where something was complained about. */
    private Optional<PackageSpec.DesktopSpec> desktop(CheckedTable table) {
        return reader.shapedText(table, "name", Shape.LABEL)
                .map(name -> new PackageSpec.DesktopSpec(
                        name,
                        reader.shapedText(table, "comment", Shape.LABEL),
                        reader.shapedText(table, "icon", Shape.ICON),
                        RecipeReader.texts(reader.shapedList(table, "categories", Shape.CATEGORY)),
                        RecipeReader.texts(reader.shapedList(table, "mime", Shape.MIME)),
                        table.flag("terminal", false)));
    }

    private IntegrationSpec integration() {
        Optional<CheckedTable> table = root.table("integration", RecipeKeys.INTEGRATION);
        return new IntegrationSpec(
                table.map(found -> found.flag("input_router", false)).orElse(false),
                choice(table, "vim_mode", RecipeKeys.VIM_MODES, "optional"),
                choice(table, "clipboard", RecipeKeys.CLIPBOARDS, "disabled"));
    }

    private String choice(Optional<CheckedTable> table, String key, List<String> choices, String otherwise) {
        return table.map(found -> reader.choice(found, key, choices, otherwise)).orElse(otherwise);
    }
}
