package org.sourceos.gitstore.generation;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.Part;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoreRef.Namespace;
import org.sourceos.gitstore.StoredItem;
import org.sourceos.gitstore.image.ImageManifest;

/**
 * The generations of the system: {@code refs/system/generations/<n>}, the one that counts at {@code refs/system/current}. Each
 * has the one it was switched to from as its parent, so {@code git log refs/system/current} is the history of deployments.
 * Every question but {@link #newest} costs the same however many there are.
 */
public final class Generations {
    private static final StoreRef CURRENT = new StoreRef(Namespace.SYSTEM, "current");
    private static final StoreRef LATEST = new StoreRef(Namespace.SYSTEM, "latest");
    private static final String MANIFEST = "generation.json";
    private static final String CONFIGURATION = "configuration.json";
    private static final String IMAGES = "images/";

    private final BuildCache cache;

    public Generations(BuildCache cache) {
        this.cache = cache;
    }

    /** The one that counts. */
    public Optional<Generation> current() throws StoreException {
        return at(CURRENT);
    }

    public Optional<Generation> find(int number) throws StoreException {
        return at(new StoreRef(Namespace.GENERATIONS, Integer.toString(number)));
    }

    /** The newest that was made of a commit of the configuration. */
    public Optional<Generation> ofConfiguration(String commit) throws StoreException {
        return at(new StoreRef(Namespace.CONFIGURATIONS, commit));
    }

    /** The one that counted when this one was made. */
    public Optional<Generation> before(Generation generation) throws StoreException {
        Optional<Integer> from = generation.manifest().from();
        return from.isPresent() ? find(from.get()) : Optional.empty();
    }

    /** Newest first, at most so many. */
    public List<Generation> newest(int most) throws StoreException {
        List<Generation> found = new ArrayList<>();
        Optional<Generation> latest = at(LATEST);
        for (int number = latest.map(Generation::number).orElse(0); number > 0 && found.size() < most; number--) {
            find(number).ifPresent(found::add);
        }
        return found;
    }

    private Optional<Generation> at(StoreRef ref) throws StoreException {
        Optional<StoredItem> item = cache.find(ref);
        return item.isPresent() ? Optional.of(generation(item.get())) : Optional.empty();
    }

    private Generation generation(StoredItem item) throws StoreException {
        byte[] text = cache.read(item.tree(), MANIFEST)
                .orElseThrow(() -> new StoreException(item.ref() + " is no generation: it has no " + MANIFEST));
        GenerationManifest manifest = GenerationManifest.fromJson(new String(text, StandardCharsets.UTF_8));
        return new Generation(manifest, item.commit(), item.tree(), item.madeAt());
    }

    /**
     * Makes the next generation. It does not count before it is {@linkplain #makeCurrent made current}.
     *
     * @param made what it was made of
     * @param programs as its manifest shall have them
     * @param configuration the evaluated configuration as canonical JSON
     * @param images the trees of the images, by the names that the manifest has for them
     */
    public Generation record(
            GenerationManifest.Configuration made,
            List<GenerationManifest.Program> programs,
            String configuration,
            SortedMap<String, ObjectName> images,
            Instant when)
            throws StoreException {
        return record(made, Optional.empty(), programs, configuration, images, when);
    }

    /** The same, of a configuration that says which QEMU runs machines. */
    public Generation record(
            GenerationManifest.Configuration made,
            Optional<String> qemu,
            List<GenerationManifest.Program> programs,
            String configuration,
            SortedMap<String, ObjectName> images,
            Instant when)
            throws StoreException {
        return record(made, qemu, programs, configuration, images, when, Optional.empty());
    }

    /**
     * The same, with a line of its history: who sent it, where it was not built here.
     *
     * @param note what {@code git log} shall say of it
     */
    public Generation record(
            GenerationManifest.Configuration made,
            Optional<String> qemu,
            List<GenerationManifest.Program> programs,
            String configuration,
            SortedMap<String, ObjectName> images,
            Instant when,
            Optional<String> note)
            throws StoreException {
        int number = at(LATEST).map(Generation::number).orElse(0) + 1;
        Optional<Generation> from = current();
        GenerationManifest manifest =
                new GenerationManifest(number, from.map(Generation::number), made, qemu, programs);
        Map<String, Part> parts = new TreeMap<>();
        parts.put(MANIFEST, document(manifest.json()));
        parts.put(CONFIGURATION, document(configuration + "\n"));
        images.forEach((name, tree) -> parts.put(IMAGES + name, new Part.Tree(tree)));
        String body = made.commit().map(commit -> "Configuration: " + commit).orElse("Configuration: not committed");
        StoredItem item = cache.publish(
                new StoreRef(Namespace.GENERATIONS, Integer.toString(number)),
                from.map(Generation::commit).stream().toList(),
                parts,
                "Generation " + number + ": " + made.subject() + "\n\n" + body + "\n"
                        + note.map(line -> line + "\n").orElse(""),
                when);
        // After it the number is taken; a crash before leaves a generation that the next one replaces.
        cache.point(LATEST, item.commit());
        if (made.commit().isPresent()) {
            cache.point(new StoreRef(Namespace.CONFIGURATIONS, made.commit().get()), item.commit());
        }
        return new Generation(manifest, item.commit(), item.tree(), item.madeAt());
    }

    private static Part document(String text) {
        return new Part.Document(text.getBytes(StandardCharsets.UTF_8));
    }

    /** From now on it is the one that counts. */
    public void makeCurrent(Generation generation) throws StoreException {
        cache.point(CURRENT, generation.commit());
    }

    /** None counts any more: as before the first one. */
    public void makeNoneCurrent() throws StoreException {
        cache.remove(CURRENT);
    }

    /** The evaluated configuration as canonical JSON. */
    public String configuration(Generation generation) throws StoreException {
        return new String(file(generation, CONFIGURATION), StandardCharsets.UTF_8).strip();
    }

    /** The image of one of its programs. */
    public ImageManifest image(Generation generation, GenerationManifest.Program program) throws StoreException {
        return ImageManifest.fromJson(
                new String(file(generation, IMAGES + program.image() + "/manifest.json"), StandardCharsets.UTF_8));
    }

    private byte[] file(Generation generation, String path) throws StoreException {
        return cache.read(generation.tree(), path)
                .orElseThrow(() -> new StoreException(
                        "generation " + generation.number() + " lacks " + path + "; see sourceos store verify"));
    }
}
