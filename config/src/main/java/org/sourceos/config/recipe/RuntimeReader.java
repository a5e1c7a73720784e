package org.sourceos.config.recipe;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.diagnostic.Position;
import org.sourceos.config.recipe.PackageSpec.RuntimeSpec;
import org.sourceos.config.toml.CheckedTable;
import org.sourceos.config.toml.Found;

/** Reads {@code [runtime]}. */
final class RuntimeReader {
    /** A kernel boots from little more. */
    private static final int LEAST_MIB = 32;

    private static final int MOST_MIB = 1024 * 1024;

    /** As many as fit in the machine's interrupt controller without more ado. */
    private static final int MOST_CPUS = 255;

    private final RecipeReader reader;

    RuntimeReader(RecipeReader reader) {
        this.reader = reader;
    }

    RuntimeSpec read(
            CheckedTable table, String name, SortedMap<String, String> limits, SortedMap<String, String> kernel) {
        return new RuntimeSpec(
                RecipeReader.sorted(reader.shapedList(table, "kernel_features", Shape.KERNEL_FEATURE)),
                RecipeReader.texts(reader.shapedList(table, "devices", Shape.DEVICE)),
                reader.choice(table, "filesystem", RecipeKeys.FILESYSTEMS, "overlayfs"),
                reader.choice(table, "network", RecipeKeys.NETWORKS, "none"),
                command(table, name),
                reader.environment(table, List.of()),
                table.number("memory", LEAST_MIB, MOST_MIB, RecipeKeys.RUNTIME_MEMORY_MIB),
                table.number("cpus", 1, MOST_CPUS, RecipeKeys.RUNTIME_CPUS),
                RecipeReader.texts(reader.shapedList(table, "include", Shape.GLOB)),
                RecipeReader.texts(reader.shapedList(table, "exclude", Shape.GLOB)),
                RecipeReader.texts(reader.shapedList(table, "locales", Shape.LOCALE)),
                RecipeReader.texts(reader.shapedList(table, "terminfo", Shape.TERMINAL)),
                table.flag("certificates", false),
                reader.choice(table, "files", RecipeKeys.FILES, "none"),
                new ReadyReader(reader).read(table),
                table.position(),
                limits,
                kernel);
    }

    /** What holds without a {@code [runtime]}. */
    static RuntimeSpec absent(
            String name, Position position, SortedMap<String, String> limits, SortedMap<String, String> kernel) {
        return new RuntimeSpec(
                List.of(),
                List.of(),
                "overlayfs",
                "none",
                List.of(name),
                new TreeMap<>(),
                RecipeKeys.RUNTIME_MEMORY_MIB,
                RecipeKeys.RUNTIME_CPUS,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                false,
                "none",
                Optional.empty(),
                position,
                limits,
                kernel);
    }

    private List<String> command(CheckedTable table, String name) {
        if (!table.contains("command")) {
            return List.of(name);
        }
        List<String> command =
                table.strings("command").stream().map(Found::value).toList();
        if (table.hasEmptyList("command")
                || (!command.isEmpty() && command.get(0).isBlank())) {
            reader.complaints()
                    .add(
                            table.valuePosition("command"),
                            table.label("command") + ": there is no program in it",
                            "write command = [\"" + name + "\"], or remove the key, which means the same");
        }
        return command;
    }
}
