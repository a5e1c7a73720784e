package org.sourceos.cli.init;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.language.ConfigurationFolder;
import org.sourceos.config.lock.LockFile;

/**
 * The configurations to begin with: each a folder of {@code templates/configurations} that has an entry. Iterating gives
 * their names, sorted, which is what completions are made from.
 */
final class ConfigurationTemplates implements Iterable<String> {
    /** What is in every configuration, whatever it begins with. It has no entry, so it is no template. */
    private static final String COMMON = "common";

    private static final String LOCK = "sourceos.lock";

    private final Path folder;

    ConfigurationTemplates(CommandContext context) {
        this.folder = context.library().resolve("templates/configurations");
    }

    List<String> names() {
        try (Stream<Path> folders = Files.list(folder)) {
            return folders.filter(template -> Files.isRegularFile(template.resolve(ConfigurationFolder.ENTRY)))
                    .map(template -> template.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            // An installation without templates: every name is unknown then, and that is said.
            return List.of();
        }
    }

    @Override
    public Iterator<String> iterator() {
        return names().iterator();
    }

    /**
     * The files of a new configuration.
     *
     * @param template one of {@link #names}
     * @return texts by path, relative and with {@code /}, sorted
     */
    SortedMap<String, String> files(String template, Placeholders placeholders) throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        for (String part : List.of(COMMON, template)) {
            Path root = folder.resolve(part);
            for (Path file : below(root)) {
                files.put(root.relativize(file).toString(), placeholders.fill(Files.readString(file)));
            }
        }
        files.put(LOCK, LockFile.empty().print());
        return files;
    }

    private static List<Path> below(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
