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
        /** dpkg was told to remove the package, and may have done so. */
        FINALIZING,
        FINALIZED
    }

    /**
     * A file of ours in the place of one of the package's.
     *
     * @param path as dpkg names it
     * @param mode permissions, such as 0755
     */
    public record Placed(String path, String text, int mode) {}

    /** The recipe that is about to take the place of a binary package's, which it does in one rename. */
    public record Swap(String version, String recipe) {}

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
     * @param swap null but while one recipe takes the place of the other
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
            @org.jspecify.annotations.Nullable String oldDiversions,
            @org.jspecify.annotations.Nullable Swap swap) {
        public Entry {
            files = List.copyOf(files);
            placed = List.copyOf(placed);
        }

        public Entry in(Phase next) {
            return with(version, origin, waiting, next, since, recipe, files, swap);
        }

        /** About to be built from source, by another recipe in the same place. */
        public Entry swapping(String sourceVersion, String otherRecipe) {
            return with(version, origin, waiting, phase, since, recipe, files, new Swap(sourceVersion, otherRecipe));
        }

        /** Built from source from now on. */
        public Entry swapped(Instant when) {
            Swap done = java.util.Objects.requireNonNull(swap, "a swap that was begun");
            return with(done.version(), "source", false, phase, when.toString(), done.recipe(), List.of(), null);
        }

        /** Whether a text that stands in the recipe's place was written by a conversion. */
        public boolean wrote(String text) {
            return text.equals(recipe) || (swap != null && text.equals(swap.recipe()));
        }

        private Entry with(
                String newVersion,
                String newOrigin,
                boolean newWaiting,
                Phase newPhase,
                String newSince,
                String newRecipe,
                List<String> newFiles,
                @org.jspecify.annotations.Nullable Swap newSwap) {
            return new Entry(
                    schema,
                    name,
                    newVersion,
                    root,
                    newOrigin,
                    newWaiting,
                    newPhase,
                    newSince,
                    profile,
                    recipeFile,
                    newRecipe,
                    newFiles,
                    placed,
                    diversions,
                    oldDiversions,
                    newSwap);
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

    /** The same for the build from source that is to take a binary package's place. */
    public Path building(Entry entry) {
        return folder.resolve("building").resolve(key(Path.of(entry.root()), entry.name()));
    }

    /** For what else is noted of a conversion. */
    public Path note(String kind, Entry entry) {
        return folder.resolve(kind).resolve(key(Path.of(entry.root()), entry.name()) + ".json");
    }

    /** Held while builds from source are made that conversions wait for. */
    public Path buildLock() {
        return folder.resolve("building.lock");
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
        return all().stream()
                .filter(entry -> entry.root().equals(root.toString()))
                .toList();
    }

    /** Of all systems. */
    public List<Entry> all() throws IOException {
        Path conversions = folder.resolve("conversions");
        List<Entry> all = new ArrayList<>();
        if (Files.isDirectory(conversions)) {
            try (Stream<Path> folders = Files.list(conversions)) {
                for (Path one : folders.sorted().toList()) {
                    read(one.resolve(FILE)).ifPresent(all::add);
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
        Files.deleteIfExists(note("queue", entry));
        Directories.remove(file(Path.of(entry.root()), entry.name()).resolveSibling(""));
    }
}
