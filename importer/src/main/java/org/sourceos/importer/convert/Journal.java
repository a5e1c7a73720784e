package org.sourceos.importer.convert;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Directories;

/**
 * The journals of conversions, a file for each, {@code <state>/convert/<key>/conversion.json}: written before anything is
 * done and changed before anything is undone, so that whoever finds it can finish either.
 */
public final class Journal {
    private static final String FILE = "conversion.json";
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /** How far a conversion is. */
    public enum Phase {
        BEGUN,
        DONE,
        UNDOING,
        FINALIZED
    }

    /**
     * A file of ours in the place of one of the package's.
     *
     * @param path as dpkg names it
     * @param mode permissions, such as 0755
     */
    public record Placed(String path, String text, int mode) {}

    /**
     * One conversion.
     *
     * @param root the folder that is the system's {@code /}
     * @param origin {@code source} or {@code binary}
     * @param waiting whether a build from source is to take the place of Debian's binary
     * @param recipeFile relative to the configuration; its text is ours to remove as long as it is this one
     * @param files files beside the recipe that are ours, too, relative to the configuration
     * @param diversions dpkg's list of them before there was any conversion, and the copy that dpkg keeps of it; null where
     *     there was none
     */
    public record Entry(
            int schema,
            String name,
            String version,
            String root,
            String origin,
            boolean waiting,
            Phase phase,
            String since,
            String profile,
            String recipeFile,
            String recipe,
            List<String> files,
            List<Placed> placed,
            @org.jspecify.annotations.Nullable String diversions,
            @org.jspecify.annotations.Nullable String oldDiversions) {
        public Entry {
            files = List.copyOf(files);
            placed = List.copyOf(placed);
        }

        public Entry in(Phase next) {
            return new Entry(
                    schema,
                    name,
                    version,
                    root,
                    origin,
                    waiting,
                    next,
                    since,
                    profile,
                    recipeFile,
                    recipe,
                    files,
                    placed,
                    diversions,
                    oldDiversions);
        }

        /** From now on built from source, by another recipe in the same place. */
        public Entry fromSource(String sourceVersion, String otherRecipe, Instant when) {
            return new Entry(
                    schema,
                    name,
                    sourceVersion,
                    root,
                    "source",
                    false,
                    phase,
                    when.toString(),
                    profile,
                    recipeFile,
                    otherRecipe,
                    List.of(),
                    placed,
                    diversions,
                    oldDiversions);
        }
    }

    private final Path folder;

    /** @param state where the program keeps its state */
    public Journal(Path state) {
        this.folder = state.resolve("convert");
    }

    /** A folder for what is prepared before a conversion begins. */
    public Path pending(String name) {
        return folder.resolve("pending").resolve(name);
    }

    public Path lock() {
        return folder.resolve("lock");
    }

    private Path file(Path root, String name) {
        return folder.resolve("conversions").resolve(key(root, name)).resolve(FILE);
    }

    /** Of the computer itself just the name; other roots are told apart by where they are. */
    private static String key(Path root, String name) {
        return root.equals(Path.of("/"))
                ? name
                : name + "@" + Integer.toHexString(root.toString().hashCode());
    }

    public Optional<Entry> find(Path root, String name) throws IOException {
        return read(file(root, name));
    }

    private static Optional<Entry> read(Path file) throws IOException {
        try {
            return Optional.ofNullable(GSON.fromJson(Files.readString(file), Entry.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonParseException e) {
            throw new IOException(
                    "the journal " + file + " cannot be read: " + e.getMessage()
                            + "; restore it from a backup, or undo by hand with dpkg-divert(1)",
                    e);
        }
    }

    /** Of all conversions of a system, by name. */
    public List<Entry> all(Path root) throws IOException {
        Path conversions = folder.resolve("conversions");
        List<Entry> all = new ArrayList<>();
        if (Files.isDirectory(conversions)) {
            try (Stream<Path> folders = Files.list(conversions)) {
                for (Path one : folders.sorted().toList()) {
                    read(one.resolve(FILE))
                            .filter(entry -> entry.root().equals(root.toString()))
                            .ifPresent(all::add);
                }
            }
        }
        return all;
    }

    public void write(Entry entry) throws IOException {
        Path file = file(Path.of(entry.root()), entry.name());
        Files.createDirectories(file.resolveSibling(""));
        AtomicFile.write(file, GSON.toJson(entry) + "\n");
    }

    public void remove(Entry entry) throws IOException {
        Directories.remove(file(Path.of(entry.root()), entry.name()).resolveSibling(""));
    }
}
