package org.sourceos.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.sourceos.rebuild.plan.Request;

/**
 * What {@code run} and {@code build} were asked for: the name of a recipe, or the path of one.
 *
 * @param recipeFolders the folder of a recipe named by its path; empty otherwise
 */
record Wanted(Request request, List<Path> recipeFolders) {
    private static final String SUFFIX = ".source.toml";

    static Wanted of(CommandContext context, String word, @Nullable String features) throws UsageException {
        TreeSet<String> asked = new TreeSet<>();
        if (features != null) {
            Arrays.stream(features.split("[, ]+")).filter(f -> !f.isEmpty()).forEach(asked::add);
        }
        if (word.equals(".") || word.equals("..")) {
            throw new UsageException(
                    "run " + word + ": a project's own machine (.sourceos.toml) is not in this version yet;"
                            + " name a recipe, for instance: run hello");
        }
        if (!word.endsWith(SUFFIX)) {
            return new Wanted(new Request(word, asked), List.of());
        }
        Path file = context.directory().resolve(word).normalize();
        if (!Files.isRegularFile(file) || file.getParent() == null) {
            throw new UsageException("there is no recipe " + word + "; name a file, or just the name of a package");
        }
        String name = String.valueOf(file.getFileName());
        return new Wanted(
                new Request(name.substring(0, name.length() - SUFFIX.length()), asked), List.of(file.getParent()));
    }
}
