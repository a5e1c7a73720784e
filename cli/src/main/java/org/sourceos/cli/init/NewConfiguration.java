package org.sourceos.cli.init;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.sourceos.cli.language.ConfigurationFolder;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;

/**
 * A configuration that is to come to a place, as a git repository with one commit.
 *
 * @param files texts by path, relative to the place
 * @param message of the commit
 */
record NewConfiguration(SortedMap<String, String> files, String message, Git git, Cancellation cancellation) {
    /** What a folder in which one is being made begins with. One that was killed may leave it. */
    private static final String STAGE = ".sourceos-init-";

    NewConfiguration {
        files = Collections.unmodifiableSortedMap(files);
    }

    /**
     * What was made.
     *
     * @param files those that were not there before, sorted
     * @param commit its id; empty where nothing was committed
     */
    record Made(SortedSet<String> files, String commit) {
        Made {
            files = Collections.unmodifiableSortedSet(new TreeSet<>(files));
        }
    }

    static boolean isStage(Path path) {
        return String.valueOf(path.getFileName()).startsWith(STAGE);
    }

    /** Makes it where nothing is, or in an empty folder: whole, or, whatever goes wrong, not at all. */
    Made makeAt(Path place) throws IOException {
        boolean empty = Files.isDirectory(place);
        Path outer = empty ? place : place.toAbsolutePath().getParent();
        if (outer == null) {
            throw new IOException("cannot make " + place + ": it has no folder to be in");
        }
        NewFiles made = new NewFiles();
        try {
            made.folder(outer);
            Path stage = Files.createTempDirectory(
                    outer, STAGE, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            made.add(stage);
            for (Map.Entry<String, String> file : files.entrySet()) {
                made.file(stage.resolve(file.getKey()), file.getValue());
            }
            git.init(stage, cancellation);
            String commit = git.commit(stage, files.keySet(), message, cancellation);
            cancellation.throwIfCancelled();
            if (empty) {
                fill(place, stage, made);
            } else {
                move(stage, place);
            }
            AtomicFile.syncFolder(outer);
            return new Made(new TreeSet<>(files.keySet()), commit);
        } catch (IOException | RuntimeException | Error e) {
            made.takeBack();
            throw e;
        }
    }

    /**
     * Somebody may be working in an empty folder, or have mounted it: it stays, and what was made moves in. The entry comes
     * last, because without it nothing of this is a configuration yet.
     */
    private static void fill(Path place, Path stage, NewFiles made) throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> inside = Files.list(stage)) {
            inside.sorted(Comparator.comparing((Path file) -> file.endsWith(ConfigurationFolder.ENTRY))
                            .thenComparing(Comparator.naturalOrder()))
                    .forEach(all::add);
        }
        for (Path file : all) {
            Path target = place.resolve(file.getFileName().toString());
            move(file, target);
            made.add(target);
        }
        Files.delete(stage);
    }

    private static void move(Path from, Path to) throws IOException {
        if (Files.exists(to, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(to, LinkOption.NOFOLLOW_LINKS)
                || !AtomicFile.moveIntoPlace(from, to)) {
            throw new FileAlreadyExistsException(
                    to.toString(), null, "somebody else made it just now; look at it, and try again");
        }
    }

    /** The files that a folder does not have. */
    SortedSet<String> missingFrom(Path place) {
        SortedSet<String> missing = new TreeSet<>(files.keySet());
        missing.removeIf(file -> Files.exists(place.resolve(file), LinkOption.NOFOLLOW_LINKS));
        return missing;
    }

    /** Adds what a folder does not have, and commits that alone; what is there is neither changed nor committed. */
    Made addTo(Path place) throws IOException {
        SortedSet<String> missing = missingFrom(place);
        boolean repository = Files.exists(place.resolve(".git"), LinkOption.NOFOLLOW_LINKS);
        NewFiles made = new NewFiles();
        try {
            for (String file : missing) {
                cancellation.throwIfCancelled();
                made.file(place.resolve(file), files.getOrDefault(file, ""));
            }
            if (!repository) {
                made.add(place.resolve(".git"));
                git.init(place, cancellation);
            }
            return new Made(missing, missing.isEmpty() ? "" : commit(place, missing, repository));
        } catch (IOException | RuntimeException | Error e) {
            made.takeBack();
            throw e;
        }
    }

    private String commit(Path place, SortedSet<String> added, boolean repository) throws IOException {
        cancellation.throwIfCancelled();
        try {
            // Not to be interrupted: nobody could tell whether the commit had been made, and so whether to take it
            // back.
            return git.commit(place, added, message, new Cancellation());
        } catch (IOException e) {
            if (repository) {
                try {
                    git.unstage(place, added);
                } catch (IOException second) {
                    e.addSuppressed(second);
                }
            }
            throw e;
        }
    }
}
