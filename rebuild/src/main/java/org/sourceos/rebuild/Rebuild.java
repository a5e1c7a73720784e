package org.sourceos.rebuild;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.base.BaseProvider;
import org.sourceos.rebuild.build.Durations;
import org.sourceos.rebuild.build.Executor;
import org.sourceos.rebuild.build.LayerBuild;
import org.sourceos.rebuild.image.ImageAssembler;
import org.sourceos.rebuild.plan.BuildKey;
import org.sourceos.rebuild.plan.BuildPlan;
import org.sourceos.rebuild.plan.Catalogue;
import org.sourceos.rebuild.plan.Explanation;
import org.sourceos.rebuild.plan.HostRelease;
import org.sourceos.rebuild.plan.KernelRequest;
import org.sourceos.rebuild.plan.LockStore;
import org.sourceos.rebuild.plan.PlannedStep;
import org.sourceos.rebuild.plan.Planner;
import org.sourceos.rebuild.plan.Request;
import org.sourceos.rebuild.plan.StoredResults;
import org.sourceos.rebuild.progress.StepListener;
import org.sourceos.rebuild.source.SourceFetcher;

/**
 * From the name of a program to its image in the store: resolve, pin what is not pinned, compute keys, reuse or build,
 * assemble. One for a store; may be used by several threads.
 */
public final class Rebuild {
    /** The recipe that images take their kernel from. */
    public static final String KERNEL = "linux";

    private final BuildCache cache;
    private final LockStore locks;
    private final Machine machine;
    private final Clock clock;
    private final Planner planner;
    private final StepInputs inputs;
    private final LayerBuild builds;
    private final StepWork work;
    private final Durations durations;

    /**
     * What is built on, and where.
     *
     * @param release this machine's
     * @param architecture as {@code uname -m} has it
     * @param processors how many a build may use
     * @param state where logs and durations are kept
     */
    public record Machine(HostRelease release, String architecture, int processors, Path state) {}

    /**
     * @param jobs how many steps run at once
     * @param keepFailed whether a failed build's tree stays, to be looked at
     * @param offline whether fetching is an error instead
     * @param check whether the program and its dependencies are built a second time and compared
     * @param checkKernel whether the kernel is, too
     * @param keepGoing whether what does not need a step that failed is built nevertheless, and all failures are said
     */
    public record Options(
            int jobs, boolean keepFailed, boolean offline, boolean check, boolean checkKernel, boolean keepGoing) {
        public static final Options DEFAULT = new Options(2, false, false, false, false);

        public Options(int jobs, boolean keepFailed, boolean offline, boolean check, boolean checkKernel) {
            this(jobs, keepFailed, offline, check, checkKernel, false);
        }
    }

    public Rebuild(
            BuildCache cache,
            Catalogue catalogue,
            SourceFetcher sources,
            BaseProvider bases,
            LockStore locks,
            Machine machine,
            Clock clock,
            ProcessRunner runner) {
        this.cache = cache;
        this.locks = locks;
        this.machine = machine;
        this.clock = clock;
        this.inputs = new StepInputs(cache, sources, bases);
        this.planner = new Planner(
                catalogue, sources, bases, inputs.stored(), machine.release(), machine.architecture(), KERNEL);
        this.builds = new LayerBuild(cache, runner, machine.state().resolve("logs"));
        this.work = new StepWork(cache, inputs, locks, planner, builds, machine, clock);
        this.durations = new Durations(machine.state().resolve("durations.json"));
    }

    /** What {@link #build} would do now; without network. */
    public BuildPlan plan(List<Request> requests) throws RebuildException {
        return planner.plan(requests, locks.load());
    }

    /** Each step's key compared with the last build's: what changed. */
    public List<Explanation> explain(Request request) throws RebuildException {
        return planner.explain(request, locks.load());
    }

    /** The image of a program; built where it is not in the store. */
    public ImageManifest build(Request request, Options options, StepListener listener, Cancellation cancellation)
            throws RebuildException {
        return build(List.of(request), options, listener, cancellation).get(0);
    }

    /**
     * The images of programs, in their order; built where they are not in the store, what does not need one another side by
     * side.
     */
    public List<ImageManifest> build(
            List<Request> requests, Options options, StepListener listener, Cancellation cancellation)
            throws RebuildException {
        StepFailures failures = new StepFailures();
        Pinning.Pinned pinned = options.keepGoing()
                ? pinning(options).whatCanBe(requests, failures, listener, cancellation)
                : pinning(options).all(lock -> planner.plan(requests, lock), listener, cancellation);
        perform(pinned, options, failures, listener, cancellation);
        List<PlannedStep.AssembleImage> assembled = requests.stream()
                .map(request -> pinned.plan()
                        .image(request.name())
                        .orElseThrow(() -> new IllegalStateException("a plan without an image for " + request.name())))
                .toList();
        if (options.check()) {
            SecondBuilds second = new SecondBuilds(cache, inputs, builds, machine, pinned.lock(), options);
            for (PlannedStep.AssembleImage image : assembled) {
                second.add(image.resolution(), planner.keys(image.resolution(), pinned.lock()));
            }
            executor(options).run(second.steps(), listener, cancellation);
        }
        List<ImageManifest> images = new ArrayList<>();
        for (PlannedStep.AssembleImage image : assembled) {
            images.add(inputs.image(image));
        }
        return images;
    }

    /** A kernel of the store that was built by itself. */
    public record BuiltKernel(String version, BuildKey key, StoredLayer layer) {}

    /** A kernel by itself; built where it is not in the store. */
    public BuiltKernel kernel(KernelRequest request, Options options, StepListener listener, Cancellation cancellation)
            throws RebuildException {
        Pinning.Pinned pinned = pinning(options).all(lock -> planner.plan(request, lock), listener, cancellation);
        perform(pinned, options, new StepFailures(), listener, cancellation);
        PlannedStep.BuildKernel step = pinned.plan().steps().stream()
                .filter(PlannedStep.BuildKernel.class::isInstance)
                .map(PlannedStep.BuildKernel.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a plan without a kernel"));
        BuildKey key = StepInputs.known(step.key(), step.id());
        StoreRef ref = StoredResults.kernelRef(step.version(), step.resolution().kernelFeatures(), key.digest());
        return new BuiltKernel(
                ImageAssembler.release(inputs.stored().provenance(ref)).orElse(step.version()),
                key,
                inputs.kernelLayer(ref, key));
    }

    /** What is to do of a plan; then says what failed. */
    private void perform(
            Pinning.Pinned pinned,
            Options options,
            StepFailures failures,
            StepListener listener,
            Cancellation cancellation)
            throws RebuildException {
        BuildPlan plan = pinned.plan();
        pinning(options).failWhenOffline(plan);
        Set<String> toDo = plan.toDo().stream().map(PlannedStep::id).collect(Collectors.toSet());
        List<Executor.Step> steps = plan.toDo().stream()
                .map(step -> new Executor.Step(
                        step.id(),
                        step.needs().stream().filter(toDo::contains).collect(Collectors.toSet()),
                        (l, c) -> work.perform(step, new StepRun(pinned.lock(), step.id(), l, c), options.keepFailed()),
                        StepPrints.of(step)))
                .toList();
        if (options.keepGoing()) {
            failures.addAll(executor(options).runAll(steps, listener, cancellation));
        } else {
            executor(options).run(steps, listener, cancellation);
        }
        failures.throwIfAny();
    }

    private Pinning pinning(Options options) {
        return new Pinning(planner, locks, work, executor(options), options.offline());
    }

    private Executor executor(Options options) {
        return new Executor(options.jobs(), clock, durations);
    }
}
