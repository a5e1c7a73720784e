package org.sourceos.rebuild.system;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.gitstore.generation.GenerationManifest;
import org.sourceos.gitstore.generation.Generations;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.Rebuild;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.plan.BuildPlan;
import org.sourceos.rebuild.plan.Request;
import org.sourceos.rebuild.plan.StoredResults;
import org.sourceos.rebuild.progress.StepListener;

/** Builds everything that a configuration wants, and records it as a generation. */
public final class SystemBuilder {
    private final Rebuild rebuild;
    private final BuildCache cache;
    private final Generations generations;
    private final Clock clock;

    public SystemBuilder(Rebuild rebuild, BuildCache cache, Clock clock) {
        this.rebuild = rebuild;
        this.cache = cache;
        this.generations = new Generations(cache);
        this.clock = clock;
    }

    /** What {@link #build} would do now; without network. */
    public BuildPlan plan(List<WantedProgram> programs) throws RebuildException {
        return rebuild.plan(requests(programs));
    }

    /** The images of all programs, by package; what is missing is built. */
    public Map<String, ImageManifest> build(
            List<WantedProgram> programs, Rebuild.Options options, StepListener listener, Cancellation cancellation)
            throws RebuildException {
        List<Request> requests = requests(programs);
        Map<String, ImageManifest> images = new LinkedHashMap<>();
        if (!requests.isEmpty()) {
            for (ImageManifest image : rebuild.build(requests, options, listener, cancellation)) {
                images.put(image.name(), image);
            }
        }
        return images;
    }

    private static List<Request> requests(List<WantedProgram> programs) {
        return programs.stream()
                .map(WantedProgram::packageName)
                .distinct()
                .sorted()
                .map(Request::of)
                .toList();
    }

    /**
     * Records what was built.
     *
     * @param configuration what the configuration was made of
     * @param evaluated the configuration as canonical JSON
     */
    public Generation record(
            GenerationManifest.Configuration configuration,
            String evaluated,
            List<WantedProgram> wanted,
            Map<String, ImageManifest> images)
            throws StoreException {
        SortedMap<String, ObjectName> trees = new TreeMap<>();
        List<GenerationManifest.Program> programs = new ArrayList<>();
        for (WantedProgram program : wanted) {
            ImageManifest image = images.get(program.packageName());
            if (image == null) {
                throw new IllegalArgumentException("nothing was built for " + program.packageName());
            }
            StoreRef ref = StoredResults.imageRef(image.name(), image.key());
            trees.put(
                    ref.name(),
                    cache.find(ref)
                            .orElseThrow(() -> new StoreException(
                                    ref + " was removed from the store while the generation was made; do it again"))
                            .tree());
            programs.add(new GenerationManifest.Program(
                    program.name(),
                    program.user(),
                    program.packageName(),
                    image.version(),
                    ref.name(),
                    program.settings()));
        }
        return generations.record(configuration, programs, evaluated, trees, clock.instant());
    }
}
