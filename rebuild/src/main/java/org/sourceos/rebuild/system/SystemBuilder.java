package org.sourceos.rebuild.system;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.config.options.ConfigValue;
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
import org.sourceos.rebuild.StepFailures;
import org.sourceos.rebuild.plan.BuildPlan;
import org.sourceos.rebuild.plan.KernelWish;
import org.sourceos.rebuild.plan.Request;
import org.sourceos.rebuild.plan.StoredResults;
import org.sourceos.rebuild.progress.StepListener;

/** Builds everything that a configuration wants, and records it as a generation. */
public final class SystemBuilder {
    private final Rebuild rebuild;
    private final BuildCache cache;
    private final Generations generations;
    private final Path folder;
    private final Clock clock;

    /** @param folder of the configuration, which its paths are relative to */
    public SystemBuilder(Rebuild rebuild, BuildCache cache, Path folder, Clock clock) {
        this.rebuild = rebuild;
        this.cache = cache;
        this.generations = new Generations(cache);
        this.folder = folder;
        this.clock = clock;
    }

    /** What is built once, however many programs it is for: a package with its settings. */
    public record Variant(String packageName, PackageSettings settings, KernelWish kernel) {
        static Variant of(WantedProgram program) {
            return new Variant(
                    program.packageName(),
                    program.given(),
                    program.machine().map(WantedMachine::kernel).orElse(KernelWish.NONE));
        }

        private Request request(Path folder) {
            return new Request(packageName, new TreeSet<>(), settings.variables(), settings.inputs(folder), kernel);
        }
    }

    /** What {@link #build} would do now, one plan after the other; without network. */
    public List<BuildPlan> plan(List<WantedProgram> programs) throws RebuildException {
        List<BuildPlan> plans = new ArrayList<>();
        for (List<Variant> round : rounds(programs)) {
            plans.add(rebuild.plan(requests(round)));
        }
        return plans;
    }

    /** The images of all programs; what is missing is built, and where the options say so all that can be. */
    public Map<Variant, ImageManifest> build(
            List<WantedProgram> programs, Rebuild.Options options, StepListener listener, Cancellation cancellation)
            throws RebuildException {
        Map<Variant, ImageManifest> images = new LinkedHashMap<>();
        StepFailures failures = new StepFailures();
        for (List<Variant> round : rounds(programs)) {
            try {
                List<ImageManifest> built = rebuild.build(requests(round), options, listener, cancellation);
                for (int i = 0; i < round.size(); i++) {
                    images.put(round.get(i), built.get(i));
                }
            } catch (RebuildException e) {
                if (!options.keepGoing()) {
                    throw e;
                }
                failures.add(e, "the build");
            }
        }
        failures.throwIfAny();
        return images;
    }

    private List<Request> requests(List<Variant> round) {
        return round.stream().map(variant -> variant.request(folder)).toList();
    }

    /** All variants, so that no two of one package are in one round: a plan knows packages by their names. */
    private static List<List<Variant>> rounds(List<WantedProgram> programs) {
        Map<String, Integer> seen = new HashMap<>();
        List<List<Variant>> rounds = new ArrayList<>();
        programs.stream()
                .map(Variant::of)
                .distinct()
                .sorted(Comparator.comparing(Variant::packageName))
                .forEach(variant -> {
                    int round = seen.merge(variant.packageName(), 1, Integer::sum) - 1;
                    if (rounds.size() == round) {
                        rounds.add(new ArrayList<>());
                    }
                    rounds.get(round).add(variant);
                });
        return rounds;
    }

    /**
     * Records what was built.
     *
     * @param configuration what the configuration was made of
     * @param evaluated the configuration
     */
    public Generation record(
            GenerationManifest.Configuration configuration,
            ConfigValue.Fields evaluated,
            List<WantedProgram> wanted,
            Map<Variant, ImageManifest> images)
            throws StoreException {
        SortedMap<String, ObjectName> trees = new TreeMap<>();
        List<GenerationManifest.Program> programs = new ArrayList<>();
        for (WantedProgram program : wanted) {
            ImageManifest image = images.get(Variant.of(program));
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
                    program.settings(),
                    program.machine().map(WantedMachine::settings),
                    program.desktop()));
        }
        return generations.record(configuration, qemu(evaluated), programs, evaluated.json(), trees, clock.instant());
    }

    /** What a configuration says of the QEMU that runs machines. */
    static Optional<String> qemu(ConfigValue.Fields evaluated) {
        ConfigValue qemu = evaluated.in("system").values().get("qemu");
        if (qemu instanceof ConfigValue.Text text) {
            return Optional.of(text.value());
        }
        return qemu instanceof ConfigValue.FilePath path ? Optional.of(path.path()) : Optional.empty();
    }
}
