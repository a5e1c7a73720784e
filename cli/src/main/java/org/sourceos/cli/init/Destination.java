package org.sourceos.cli.init;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.language.ConfigurationFolder;

/**
 * Where a configuration is to come, and what is there already.
 *
 * @param free whether nothing is there, or an empty folder
 * @param refusal why it cannot come there, and what to do instead; empty if it can
 */
record Destination(boolean free, Optional<String> refusal) {
    private static final int NAMED = 5;

    /**
     * @param files what is to be made in it
     * @param adding whether files may come beside those that are there
     */
    static Destination look(Path folder, Collection<String> files, boolean adding) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return new Destination(true, Optional.empty());
        }
        if (!Files.isDirectory(folder)) {
            return refused(folder + " is " + (Files.exists(folder) ? "a file" : "a link that leads nowhere")
                    + ", not a folder; name another");
        }
        List<String> inside = names(folder);
        if (inside.isEmpty()) {
            return new Destination(true, Optional.empty());
        }
        if (adding) {
            return inTheWay(folder, files)
                    .map(path -> refused(path + " is in the way: a folder is to be there; rename it, and try again"))
                    .orElse(new Destination(false, Optional.empty()));
        }
        if (inside.contains(".git") && inside.contains(ConfigurationFolder.ENTRY)) {
            return refused(folder + " already is a configuration in git; `sourceos check " + folder
                    + "` says whether it can be used");
        }
        if (inside.stream().anyMatch(name -> NewConfiguration.isStage(Path.of(name)))) {
            return refused(folder + " has what an init that was killed left, or one that still runs: " + some(inside)
                    + "; if none runs, remove that, and try again");
        }
        return refused(folder + " is not empty: it has " + some(inside)
                + "; name an empty folder, or add what it lacks with --force, which changes nothing that is there");
    }

    private static Destination refused(String why) {
        return new Destination(false, Optional.of(why));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static String some(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
        return names.size() <= NAMED ? first : first + " and " + (names.size() - NAMED) + " more";
    }

    /** What stands where a folder has to be, links included: what is behind a link is not in the repository. */
    private static Optional<Path> inTheWay(Path folder, Collection<String> files) {
        for (String file : files) {
            for (@Nullable Path above = Path.of(file).getParent(); above != null; above = above.getParent()) {
                Path path = folder.resolve(above);
                if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                        && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    return Optional.of(path);
                }
            }
        }
        return Optional.empty();
    }
}
