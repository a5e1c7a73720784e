package org.sourceos.config.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sourceos.config.diagnostic.Position;
import org.sourceos.config.diagnostic.Quoted;
import org.sourceos.config.recipe.PackageSpec.BuildSpec;
import org.sourceos.config.recipe.PackageSpec.BuildSpec.Kind;
import org.sourceos.config.recipe.PackageSpec.DebianRules;
import org.sourceos.config.toml.CheckedTable;
import org.sourceos.config.toml.Found;

/** Reads {@code [build]} and {@code [check]}. */
final class BuildReader {
    private static final int WEEK_MINUTES = 7 * 24 * 60;
    private static final int MOST_MIB = 16 * 1024 * 1024;

    /** What the builder says itself to every script. */
    private static final List<String> RESERVED = List.of("DESTDIR", "FEATURES", "SOURCE_DATE_EPOCH");

    private final RecipeReader reader;

    BuildReader(RecipeReader reader) {
        this.reader = reader;
    }

    /**
     * @param name the recipe's
     */
    BuildSpec read(CheckedTable table, Optional<CheckedTable> check, String name) {
        boolean kernel =
                reader.choice(table, "kind", RecipeKeys.KINDS, "package").equals("kernel");
        boolean debian =
                reader.choice(table, "system", RecipeKeys.SYSTEMS, "script").equals("debian");
        if (!kernel && !debian && !table.contains("script") && !table.contains("install") && !table.contains("kind")) {
            complainAboutMissingScript(table.position());
        }
        return new BuildSpec(
                kernel ? Kind.KERNEL : Kind.PACKAGE,
                reader.shapedText(table, "base", Shape.NAME),
                directory(table),
                text(table, "script").orElse(""),
                text(table, "install"),
                check.flatMap(section -> text(section, "script")),
                reader.relativePaths(table, "patches"),
                reader.depends(table, name),
                reader.environment(table, RESERVED),
                table.number("timeout", 1, WEEK_MINUTES, RecipeKeys.BUILD_TIMEOUT_MINUTES),
                table.number("memory", 0, MOST_MIB, RecipeKeys.BUILD_MEMORY_MIB),
                debian ? Optional.of(new DebianRules(binaries(table, name))) : Optional.empty(),
                new PackageSpec.Output(
                        table.number("output_lines", 1, RecipeKeys.MOST_OUTPUT_LINES, RecipeKeys.OUTPUT_LINES_UNKNOWN),
                        reader.shapedText(table, "output_prefix", Shape.LINE).orElse("")));
    }

    private List<String> binaries(CheckedTable table, String name) {
        List<String> binaries = new ArrayList<>();
        for (Found<String> binary : table.strings("binaries")) {
            if (binary.value().matches("[a-z0-9][a-z0-9+.-]*")) {
                binaries.add(binary.value());
            } else {
                reader.complaints()
                        .add(
                                binary.position(),
                                table.label("binaries") + ": " + Quoted.of(binary.value())
                                        + " is not the name of a Debian package",
                                "write names such as \"libsqlite3-0\"");
            }
        }
        return binaries.isEmpty() ? List.of(name) : binaries;
    }

    private void complainAboutMissingScript(Position position) {
        reader.complaints()
                .addMissing(
                        position,
                        "[build] needs script, or install where there is nothing to compile",
                        "add script = '''…''', with the commands that build the program");
    }

    void complainAboutMissingTable(Position position) {
        reader.complaints()
                .addMissing(
                        position,
                        "a recipe needs [build]",
                        "add [build], and below it script = '''…''', with the commands that build the program");
    }

    private static Optional<String> text(CheckedTable table, String key) {
        return table.string(key).map(Found::value);
    }

    private Optional<String> directory(CheckedTable table) {
        Optional<Found<String>> directory = table.string("directory");
        Optional<String> mistake = directory.map(Found::value).flatMap(SourceLocations::relativePathMistake);
        mistake.ifPresent(why -> reader.complaints()
                .add(
                        table.valuePosition("directory"),
                        table.label("directory") + ": "
                                + Quoted.of(directory.get().value()) + " " + why,
                        "write a folder of the unpacked source, such as \"hello-2.12/src\""));
        return mistake.isPresent() ? Optional.empty() : directory.map(Found::value);
    }
}
