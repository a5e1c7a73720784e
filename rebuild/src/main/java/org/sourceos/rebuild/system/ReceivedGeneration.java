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
import org.sourceos.gitstore.ReceivedObjects;
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
 * A generation that was built elsewhere and has been received, but is not in the store yet. It is believed to have been built of what it says;
 * that it is whole, undamaged, and of exactly the configuration that was evaluated here, is checked. Only what was checked is
 * recorded, and none of it under the names by which builds find what was built before.
 */
public final class ReceivedGeneration {
    private final ReceivedObjects received;
    private final ObjectName tree;
    private final GenerationManifest manifest;

    private ReceivedGeneration(ReceivedObjects received, ObjectName tree, GenerationManifest manifest) {
        this.received = received;
        this.tree = tree;
        this.manifest = manifest;
    }

    /** @param closure the commit that was sent, with the tree of a generation in the sender's store */
    public static ReceivedGeneration of(ReceivedObjects received, ObjectName closure)
            throws StoreException, RebuildException {
        ObjectName tree = received.treeOf(closure);
        byte[] text = received.read(tree, "generation.json").orElseThrow(() -> refused("it has no generation.json"));
        return new ReceivedGeneration(
                received, tree, GenerationManifest.fromJson(new String(text, StandardCharsets.UTF_8)));
    }

    private static RebuildException refused(String why) {
        return new RebuildException(RebuildException.Kind.UNUSABLE, "what was built elsewhere is not taken: " + why);
    }

    /**
     * Checks it, all of it.
     *
     * @param made the configuration's commit, evaluated here
     */
    public Checked check(
            GenerationManifest.Configuration made,
            ConfigValue.Fields evaluated,
            List<WantedProgram> wanted,
            Cancellation cancellation)
            throws StoreException, RebuildException {
        compare(made, evaluated, wanted);
        SortedMap<String, ObjectName> images = new TreeMap<>();
        for (Program program : manifest.programs()) {
            if (!images.containsKey(program.image())) {
                images.put(program.image(), image(program, cancellation));
            }
        }
        return new Checked(made, evaluated, manifest.programs(), images);
    }

    /** One that may be recorded. */
    public record Checked(
            GenerationManifest.Configuration made,
            ConfigValue.Fields evaluated,
            List<Program> programs,
            SortedMap<String, ObjectName> images) {
        public Checked {
            programs = List.copyOf(programs);
            images = new TreeMap<>(images);
        }

        /**
         * Records it, once its objects are in the store.
         *
         * @param note a line for its history
         */
        public Generation record(BuildCache cache, Instant when, String note) throws StoreException {
            return new Generations(cache)
                    .record(
                            made,
                            SystemBuilder.qemu(evaluated),
                            programs,
                            evaluated.json(),
                            images,
                            when,
                            Optional.of(note));
        }
    }

    private void compare(
            GenerationManifest.Configuration made, ConfigValue.Fields evaluated, List<WantedProgram> wanted)
            throws StoreException, RebuildException {
        if (!manifest.configuration().commit().equals(made.commit())) {
            throw refused("it is of commit "
                    + manifest.configuration().commit().orElse("nothing") + ", and not of "
                    + made.commit().orElse("nothing"));
        }
        Optional<byte[]> text = received.read(tree, "configuration.json");
        if (text.isEmpty()
                || !new String(text.get(), StandardCharsets.UTF_8).strip().equals(evaluated.json())) {
            throw refused(
                    "its configuration is not what this commit evaluates to here; both sides need the same version"
                            + " of SourceOS");
        }
        if (manifest.programs().size() != wanted.size()) {
            throw refused(
                    "it has " + manifest.programs().size() + " programs, and the configuration wants " + wanted.size());
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
        ObjectName image = received.subtree(tree, "images/" + program.image())
                .orElseThrow(() -> refused("the image of " + program.name() + " is missing"));
        Optional<String> problem = received.problemOfImage(image, cancellation);
        if (problem.isPresent()) {
            throw refused("the image of " + program.name() + " is damaged: " + problem.get());
        }
        byte[] text = received.read(image, "manifest.json").orElseThrow();
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
