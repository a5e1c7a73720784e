package org.sourceos.rebuild.system;

import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.options.ConfigValue;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.gitstore.generation.GenerationManifest;
import org.sourceos.gitstore.generation.GenerationManifest.Program;
import org.sourceos.gitstore.generation.Generations;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.plan.StoredResults;

/**
 * A generation that was built elsewhere, with all its objects in the store. It is believed to have been built of what it says;
 * that it is whole, undamaged, and of exactly the configuration that was evaluated here, is checked. Only what was checked is
 * recorded, and none of it under the names by which builds find what was built before.
 */
public final class ReceivedGeneration {
    private final BuildCache cache;
    private final ObjectName tree;
    private final GenerationManifest manifest;

    private ReceivedGeneration(BuildCache cache, ObjectName tree, GenerationManifest manifest) {
        this.cache = cache;
        this.tree = tree;
        this.manifest = manifest;
    }

    /** @param tree that of a generation in the sender's store */
    public static ReceivedGeneration of(BuildCache cache, ObjectName tree) throws StoreException, RebuildException {
        byte[] text = cache.read(tree, "generation.json").orElseThrow(() -> refused("it has no generation.json"));
        return new ReceivedGeneration(
                cache, tree, GenerationManifest.fromJson(new String(text, StandardCharsets.UTF_8)));
    }

    private static RebuildException refused(String why) {
        return new RebuildException(RebuildException.Kind.UNUSABLE, "what was built elsewhere is not taken: " + why);
    }

    /**
     * Checks it and records it.
     *
     * @param made the configuration's commit, evaluated here
     * @param note a line for its history
     */
    public Generation record(
            GenerationManifest.Configuration made,
            ConfigValue.Fields evaluated,
            List<WantedProgram> wanted,
            Instant when,
            String note,
            Cancellation cancellation)
            throws StoreException, RebuildException {
        compare(made, evaluated, wanted);
        SortedMap<String, ObjectName> images = new TreeMap<>();
        for (Program program : manifest.programs()) {
            if (!images.containsKey(program.image())) {
                images.put(program.image(), image(program, cancellation));
            }
        }
        return new Generations(cache)
                .record(
                        made,
                        SystemBuilder.qemu(evaluated),
                        manifest.programs(),
                        evaluated.json(),
                        images,
                        when,
                        Optional.of(note));
    }

    private void compare(
            GenerationManifest.Configuration made, ConfigValue.Fields evaluated, List<WantedProgram> wanted)
            throws StoreException, RebuildException {
        if (!manifest.configuration().commit().equals(made.commit())) {
            throw refused("it is of commit "
                    + manifest.configuration().commit().orElse("nothing") + ", and not of "
                    + made.commit().orElse("nothing"));
        }
        Optional<byte[]> text = cache.read(tree, "configuration.json");
        if (text.isEmpty()
                || !new String(text.get(), StandardCharsets.UTF_8).strip().equals(evaluated.json())) {
            throw refused("its configuration is not what this commit evaluates to here; both sides need the same version"
                    + " of SourceOS");
        }
        if (manifest.programs().size() != wanted.size()) {
            throw refused("it has " + manifest.programs().size() + " programs, and the configuration wants "
                    + wanted.size());
        }
        for (int i = 0; i < wanted.size(); i++) {
            if (!isFor(manifest.programs().get(i), wanted.get(i))) {
                throw refused("its " + manifest.programs().get(i).name() + " is not the "
                        + wanted.get(i).name() + " that the configuration wants");
            }
        }
    }

    private static boolean isFor(Program program, WantedProgram wanted) {
        return program.name().equals(wanted.name())
                && program.user().equals(wanted.user())
                && program.packageName().equals(wanted.packageName())
                && JsonParser.parseString(program.settings()).equals(JsonParser.parseString(wanted.settings()))
                && program.machine().equals(wanted.machine().map(WantedMachine::settings))
                && program.desktop().equals(wanted.desktop());
    }

    private ObjectName image(Program program, Cancellation cancellation) throws StoreException, RebuildException {
        ObjectName image = cache.subtree(tree, "images/" + program.image())
                .orElseThrow(() -> refused("the image of " + program.name() + " is missing"));
        Optional<String> problem = cache.problemOfImage(image, cancellation);
        if (problem.isPresent()) {
            throw refused("the image of " + program.name() + " is damaged: " + problem.get());
        }
        byte[] text = cache.read(image, "manifest.json").orElseThrow();
        ImageManifest read = ImageManifest.fromJson(new String(text, StandardCharsets.UTF_8));
        if (!read.name().equals(program.packageName())
                || !read.version().equals(program.version())
                || !StoredResults.imageRef(read.name(), read.key()).name().equals(program.image())) {
            throw refused("the image of " + program.name() + " says to be " + read.name() + " " + read.version()
                    + ", and not " + program.packageName() + " " + program.version());
        }
        return image;
    }
}
