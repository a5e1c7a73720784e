package org.sourceos.rebuild;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.sourceos.config.lock.LockFile;
import org.sourceos.config.recipe.PackageSpec.SourceLocation;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.Part;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.base.Base;
import org.sourceos.rebuild.base.BaseProvider;
import org.sourceos.rebuild.build.BuildInputs;
import org.sourceos.rebuild.build.BuildResult;
import org.sourceos.rebuild.build.Durations;
import org.sourceos.rebuild.build.Executor;
import org.sourceos.rebuild.build.LayerBuild;
import org.sourceos.rebuild.build.PackageBuilder;
import org.sourceos.rebuild.build.Provenance;
import org.sourceos.rebuild.build.Reproducer;
import org.sourceos.rebuild.build.StepBuilder;
import org.sourceos.rebuild.image.ImageAssembler;
import org.sourceos.rebuild.kernel.KernelBuilder;
import org.sourceos.rebuild.plan.BuildKey;
import org.sourceos.rebuild.plan.BuildPlan;
import org.sourceos.rebuild.plan.Catalogue;
import org.sourceos.rebuild.plan.Explanation;
import org.sourceos.rebuild.plan.HostRelease;
import org.sourceos.rebuild.plan.KernelRequest;
import org.sourceos.rebuild.plan.Keys;
import org.sourceos.rebuild.plan.LockStore;
import org.sourceos.rebuild.plan.PlannedStep;
import org.sourceos.rebuild.plan.Planner;
import org.sourceos.rebuild.plan.Request;
import org.sourceos.rebuild.plan.Resolution;
import org.sourceos.rebuild.plan.ResolvedPackage;
import org.sourceos.rebuild.plan.StoredResults;
import org.sourceos.rebuild.progress.StepListener;
import org.sourceos.rebuild.source.FetchedSource;
import org.sourceos.rebuild.source.SourceFetcher;

/**
 * From the name of a program to its image in the store: resolve, pin what is not pinned, compute keys, reuse or build,
 * assemble. One for a store; may be used by several threads.
 */
public final class Rebuild {
    /** The recipe that images take their kernel from. */
    public static final String KERNEL = "linux";

    private final BuildCache cache;
    private final SourceFetcher sources;
    private final BaseProvider bases;
    private final LockStore locks;
    private final Machine machine;
    private final Clock clock;
    private final StoredResults stored;
    private final Planner planner;
    private final LayerBuild layerBuild;
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
        this.sources = sources;
        this.bases = bases;
        this.locks = locks;
        this.machine = machine;
        this.clock = clock;
        this.stored = new StoredResults(cache);
        this.planner =
                new Planner(catalogue, sources, bases, stored, machine.release(), machine.architecture(), KERNEL);
        this.layerBuild = new LayerBuild(cache, runner, machine.state().resolve("logs"));
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
        Pinned all = options.keepGoing()
                ? pinWhatCanBe(requests, options, failures, listener, cancellation)
                : pinAll(lock -> planner.plan(requests, lock), options, listener, cancellation);
        LockFile pinned = all.lock();
        BuildPlan plan = all.plan();
        perform(all, options, failures, listener, cancellation);
        List<PlannedStep.AssembleImage> assembled = requests.stream()
                .map(request -> plan.image(request.name())
                        .orElseThrow(() -> new IllegalStateException("a plan without an image for " + request.name())))
                .toList();
        if (options.check()) {
            Map<BuildKey, Executor.Step> checks = new LinkedHashMap<>();
            for (PlannedStep.AssembleImage image : assembled) {
                checks(image.resolution(), pinned, options, checks);
            }
            executor(options).run(List.copyOf(checks.values()), listener, cancellation);
        }
        List<ImageManifest> images = new ArrayList<>();
        for (PlannedStep.AssembleImage image : assembled) {
            images.add(image(image));
        }
        return images;
    }

    /** A kernel of the store that was built by itself. */
    public record BuiltKernel(String version, BuildKey key, StoredLayer layer) {}

    /** A kernel by itself; built where it is not in the store. */
    public BuiltKernel kernel(KernelRequest request, Options options, StepListener listener, Cancellation cancellation)
            throws RebuildException {
        Pinned pinned = pinAll(lock -> planner.plan(request, lock), options, listener, cancellation);
        perform(pinned, options, new StepFailures(), listener, cancellation);
        PlannedStep.BuildKernel step = pinned.plan().steps().stream()
                .filter(PlannedStep.BuildKernel.class::isInstance)
                .map(PlannedStep.BuildKernel.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a plan without a kernel"));
        BuildKey key = known(step.key(), step.id());
        StoreRef ref = StoredResults.kernelRef(step.version(), step.resolution().kernelFeatures(), key.digest());
        StoredLayer layer = stored.layer(ref, key.digest())
                .orElseThrow(() -> new RebuildException(
                        RebuildException.Kind.STORE,
                        "the kernel " + ref + " is not in the store although it was just built; see sourceos store"
                                + " verify"));
        return new BuiltKernel(ImageAssembler.release(stored.provenance(ref)).orElse(step.version()), key, layer);
    }

    /** What is to do of a plan; then says what failed. */
    private void perform(
            Pinned pinned, Options options, StepFailures failures, StepListener listener, Cancellation cancellation)
            throws RebuildException {
        BuildPlan plan = pinned.plan();
        failWhenOffline(plan, options);
        Set<String> toDo = plan.toDo().stream().map(PlannedStep::id).collect(Collectors.toSet());
        List<Executor.Step> steps = plan.toDo().stream()
                .map(step -> new Executor.Step(
                        step.id(),
                        step.needs().stream().filter(toDo::contains).collect(Collectors.toSet()),
                        (l, c) -> perform(step, pinned.lock(), options, l, c)))
                .toList();
        run(steps, options, failures, listener, cancellation);
        failures.throwIfAny();
    }

    private void run(
            List<Executor.Step> steps,
            Options options,
            StepFailures failures,
            StepListener listener,
            Cancellation cancellation)
            throws RebuildException {
        if (options.keepGoing()) {
            failures.addAll(executor(options).runAll(steps, listener, cancellation));
        } else {
            executor(options).run(steps, listener, cancellation);
        }
    }

    /** What is to be done by what a lock says. */
    @FunctionalInterface
    private interface Planning {
        BuildPlan plan(LockFile lock) throws RebuildException;
    }

    /** A plan in which every name means something definite, by what the lock says. */
    private record Pinned(LockFile lock, BuildPlan plan) {}

    /**
     * Makes the lock say what everything means. A pass pins all that it can; packages of a base that is new can be pinned
     * only when it is there, and a source whose version is known only now may show that a dependency does not fit.
     */
    private Pinned pinAll(Planning planning, Options options, StepListener listener, Cancellation cancellation)
            throws RebuildException {
        LockFile lock = locks.load();
        BuildPlan plan = planning.plan(lock);
        while (!plan.toPin().isEmpty()) {
            failWhenOffline(plan, options);
            BuildPlan known = plan;
            List<Executor.Step> pins =
                    plan.toPin().stream().map(step -> pin(step, known)).toList();
            executor(options).run(pins, listener, cancellation);
            lock = locks.load();
            plan = planning.plan(lock);
            if (plan.toPin().size() >= known.toPin().size()) {
                throw new IllegalStateException("pinned nothing: " + plan.toPin());
            }
        }
        return new Pinned(lock, plan);
    }

    /** As {@link #pinAll}, without the requests that cannot be planned or pinned; why not is added to {@code failures}. */
    private Pinned pinWhatCanBe(
            List<Request> requests,
            Options options,
            StepFailures failures,
            StepListener listener,
            Cancellation cancellation)
            throws RebuildException {
        List<Request> left = new ArrayList<>();
        LockFile lock = locks.load();
        for (Request request : requests) {
            try {
                failWhenOffline(planner.plan(List.of(request), lock), options);
                left.add(request);
            } catch (RebuildException e) {
                failures.add(request.name(), e);
            }
        }
        BuildPlan plan = planner.plan(left, lock);
        while (!plan.toPin().isEmpty()) {
            BuildPlan known = plan;
            Map<String, RebuildException> failed = executor(options)
                    .runAll(known.toPin().stream().map(step -> pin(step, known)).toList(), listener, cancellation);
            failures.addAll(failed);
            lock = locks.load();
            List<Request> still = new ArrayList<>();
            for (Request request : left) {
                try {
                    BuildPlan own = planner.plan(List.of(request), lock);
                    failWhenOffline(own, options);
                    if (own.toPin().stream().noneMatch(step -> failed.containsKey(step.id()))) {
                        still.add(request);
                    }
                } catch (RebuildException e) {
                    failures.add(request.name(), e);
                }
            }
            left = still;
            plan = planner.plan(left, lock);
            if (failed.isEmpty() && plan.toPin().size() >= known.toPin().size()) {
                throw new IllegalStateException("pinned nothing: " + plan.toPin());
            }
        }
        return new Pinned(lock, plan);
    }

    private ImageManifest image(PlannedStep.AssembleImage image) throws RebuildException {
        BuildKey key = known(image.key(), image.id());
        String name = image.resolution().root();
        return stored.image(name, key.digest())
                .orElseThrow(() -> new RebuildException(
                        RebuildException.Kind.STORE,
                        "the image of " + name + " is not in the store " + cache.directory()
                                + " although it was just built; see sourceos store verify"));
    }

    private Executor executor(Options options) {
        return new Executor(options.jobs(), clock, durations);
    }

    private static void failWhenOffline(BuildPlan plan, Options options) throws RebuildException {
        if (!options.offline()) {
            return;
        }
        List<String> wanted = new ArrayList<>();
        for (PlannedStep step : plan.toDo()) {
            if (step instanceof PlannedStep.FetchSource fetch
                    && fetch.of().spec().source().location() instanceof SourceLocation.LocalPath) {
                continue;
            }
            if (step instanceof PlannedStep.FetchSource
                    || step instanceof PlannedStep.MakeBase
                    || step instanceof PlannedStep.FetchDebs) {
                wanted.add(step.id());
            }
        }
        if (!wanted.isEmpty()) {
            throw new RebuildException(
                    RebuildException.Kind.FETCH_FAILED,
                    "not everything is in the store, and --offline forbids to fetch it: " + String.join(", ", wanted)
                            + "; run it once without --offline");
        }
    }

    /** The step that makes the lock say what {@code step} brings. */
    private Executor.Step pin(PlannedStep step, BuildPlan plan) {
        Set<String> pins = plan.toPin().stream().map(PlannedStep::id).collect(Collectors.toSet());
        Set<String> needs = step.needs().stream().filter(pins::contains).collect(Collectors.toSet());
        return new Executor.Step(
                step.id(), needs, (listener, cancellation) -> fetch(step, locks.load(), listener, cancellation));
    }

    private void perform(
            PlannedStep step, LockFile lock, Options options, StepListener listener, Cancellation cancellation)
            throws RebuildException {
        if (step instanceof PlannedStep.BuildPackage build) {
            buildPackage(build, lock, options, listener, cancellation);
        } else if (step instanceof PlannedStep.BuildKernel kernel) {
            buildKernel(kernel, lock, options, listener, cancellation);
        } else if (step instanceof PlannedStep.AssembleImage image) {
            assemble(image, lock, listener, cancellation);
        } else {
            fetch(step, lock, listener, cancellation);
        }
    }

    private void fetch(PlannedStep step, LockFile lock, StepListener listener, Cancellation cancellation)
            throws RebuildException {
        if (step instanceof PlannedStep.FetchSource fetch) {
            FetchedSource source = source(fetch.of(), lock, step.id(), listener, cancellation);
            if (!(fetch.of().spec().source().location() instanceof SourceLocation.LocalPath)) {
                String location = fetch.of().spec().source().location().text();
                locks.update(current -> current.withSource(location, source.pin()));
            }
        } else if (step instanceof PlannedStep.MakeBase make) {
            Base base = bases.obtain(
                    make.base(),
                    Optional.ofNullable(lock.bases().get(make.base().name())),
                    listener,
                    step.id(),
                    cancellation);
            locks.update(current -> current.withBase(make.base().name(), base.pin()));
        } else if (step instanceof PlannedStep.FetchDebs fetch) {
            Base base = base(fetch.base().name(), fetch, lock, listener, cancellation);
            BaseProvider.DebLayer debs =
                    bases.debs(base, fetch.base(), fetch.packages(), lock, listener, step.id(), cancellation);
            locks.update(current -> {
                LockFile changed = current;
                for (Map.Entry<String, LockFile.DebPin> pin : debs.pins().entrySet()) {
                    changed = changed.withDeb(pin.getKey(), pin.getValue());
                }
                return changed;
            });
        }
    }

    private Base base(
            String name, PlannedStep.FetchDebs step, LockFile lock, StepListener listener, Cancellation cancellation)
            throws RebuildException {
        return bases.obtain(
                step.base(), Optional.ofNullable(lock.bases().get(name)), listener, step.id(), cancellation);
    }

    private FetchedSource source(
            ResolvedPackage of, LockFile lock, String step, StepListener listener, Cancellation cancellation)
            throws RebuildException {
        return sources.fetch(
                of.spec().source(),
                of.recipe().folder(),
                Optional.ofNullable(
                        lock.sources().get(of.spec().source().location().text())),
                listener,
                step,
                cancellation);
    }

    private static BuildKey known(Optional<BuildKey> key, String step) {
        return key.orElseThrow(() -> new IllegalStateException("no key for " + step + " though all is pinned"));
    }

    /** All that a build takes; what a collection removed from the store since it was first fetched is fetched again. */
    private BuildInputs inputs(
            ResolvedPackage of,
            BuildKey key,
            String version,
            List<StoredLayer> layers,
            LockFile lock,
            String step,
            StepListener listener,
            Cancellation cancellation)
            throws RebuildException {
        FetchedSource source = source(of, lock, step, listener, cancellation);
        if (!source.pin().sha256().equals(key.inputs().values().get("source"))) {
            throw new RebuildException(
                    RebuildException.Kind.BUILD_FAILED,
                    "the source of " + of.name() + " ("
                            + of.spec().source().location().text()
                            + ") changed while it was being built; build it again");
        }
        Base base = bases.obtain(
                of.base(), Optional.ofNullable(lock.bases().get(of.base().name())), listener, step, cancellation);
        Optional<BaseProvider.DebLayer> debs = of.debs().isEmpty()
                ? Optional.empty()
                : Optional.of(bases.debs(base, of.base(), of.debs(), lock, listener, step, cancellation));
        return new BuildInputs(of, key, version, source, base, debs, layers);
    }

    private List<StoredLayer> buildLayers(Resolution resolution, ResolvedPackage of, Keys keys)
            throws RebuildException {
        List<StoredLayer> layers = new ArrayList<>();
        for (ResolvedPackage needed : resolution.buildClosure(of.name())) {
            layers.add(packageLayer(needed.name(), keys));
        }
        return layers;
    }

    private StoredLayer packageLayer(String name, Keys keys) throws RebuildException {
        BuildKey key = known(keys.ofPackage(name), name);
        return stored.layer(StoredResults.packageRef(name, key.digest()), key.digest())
                .orElseThrow(() -> new RebuildException(
                        RebuildException.Kind.STORE,
                        "the layer of " + name + " (" + key.abbreviated() + ") is not in the store " + cache.directory()
                                + " any more; run the command again"));
    }

    private void buildPackage(
            PlannedStep.BuildPackage step,
            LockFile lock,
            Options options,
            StepListener listener,
            Cancellation cancellation)
            throws RebuildException {
        BuildKey key = known(step.key(), step.id());
        Keys keys = planner.keys(step.resolution(), lock);
        BuildInputs inputs = inputs(
                step.of(),
                key,
                step.version(),
                buildLayers(step.resolution(), step.of(), keys),
                lock,
                step.id(),
                listener,
                cancellation);
        BuildResult result = layerBuild.run(
                new PackageBuilder(machine.processors()),
                inputs,
                step.id(),
                LayerBuild.Mode.normal(options.keepFailed()),
                listener,
                cancellation);
        publish(
                StoredResults.packageRef(step.of().name(), key.digest()),
                result,
                Provenance.of("package", step.of().name(), step.version(), key).with(inputs, result),
                step.of().name() + " " + step.version() + ": installed files\n\nKey: " + key.digest() + "\n");
    }

    private void buildKernel(
            PlannedStep.BuildKernel step,
            LockFile lock,
            Options options,
            StepListener listener,
            Cancellation cancellation)
            throws RebuildException {
        Resolution resolution = step.resolution();
        BuildKey key = known(step.key(), step.id());
        BuildInputs inputs =
                inputs(resolution.kernel(), key, step.version(), List.of(), lock, step.id(), listener, cancellation);
        BuildResult result = layerBuild.run(
                kernelBuilder(resolution),
                inputs,
                step.id(),
                LayerBuild.Mode.normal(options.keepFailed()),
                listener,
                cancellation);
        publish(
                StoredResults.kernelRef(step.version(), resolution.kernelFeatures(), key.digest()),
                result,
                Provenance.of("kernel", resolution.kernel().name(), step.version(), key)
                        .with(inputs, result),
                resolution.kernel().name() + " " + step.version() + ": kernel\n\nKey: " + key.digest() + "\nFeatures: "
                        + String.join(" ", resolution.kernelFeatures()) + "\n");
    }

    private StepBuilder kernelBuilder(Resolution resolution) {
        return new KernelBuilder(resolution.kernelOptions(), machine.architecture(), machine.processors());
    }

    private void publish(StoreRef ref, BuildResult result, Provenance provenance, String message)
            throws RebuildException {
        Map<String, Part> parts = new LinkedHashMap<>();
        parts.put("layer", new Part.Tree(result.layer().tree()));
        parts.put("provenance.json", new Part.Document(provenance.toBytes()));
        try {
            cache.publish(ref, parts, message, clock.instant());
        } catch (StoreException e) {
            throw new RebuildException(RebuildException.Kind.STORE, "cannot store " + ref + ": " + e.getMessage(), e);
        }
    }

    private void assemble(
            PlannedStep.AssembleImage step, LockFile lock, StepListener listener, Cancellation cancellation)
            throws RebuildException {
        Resolution resolution = step.resolution();
        ResolvedPackage root = resolution.rootPackage();
        Keys keys = planner.keys(resolution, lock);
        BuildKey kernelKey = known(keys.ofKernel(), KERNEL);
        String kernelVersion = keys.version(resolution.kernel()).orElse("");
        StoreRef kernelRef = StoredResults.kernelRef(kernelVersion, resolution.kernelFeatures(), kernelKey.digest());
        Optional<JsonObject> kernelProvenance = stored.provenance(kernelRef);
        StoredLayer kernel = stored.layer(kernelRef, kernelKey.digest())
                .orElseThrow(() -> new RebuildException(
                        RebuildException.Kind.STORE,
                        "the kernel " + kernelRef + " is not in the store any more; run the command again"));
        Base base = bases.obtain(
                root.base(),
                Optional.ofNullable(lock.bases().get(root.base().name())),
                listener,
                step.id(),
                cancellation);
        List<ResolvedPackage> closure = resolution.runtimeClosure(root.name());
        List<ImageAssembler.NamedLayer> dependencies = new ArrayList<>();
        List<StoredLayer> debs = new ArrayList<>();
        List<ResolvedPackage> all = new ArrayList<>(List.of(root));
        all.addAll(closure);
        for (ResolvedPackage part : all) {
            if (part != root) {
                dependencies.add(new ImageAssembler.NamedLayer(part.name(), packageLayer(part.name(), keys)));
            }
            if (!part.debs().isEmpty()) {
                debs.add(bases.debs(base, part.base(), part.debs(), lock, listener, step.id(), cancellation)
                        .layer());
            }
        }
        BuildKey key = known(step.key(), step.id());
        Provenance provenance =
                Provenance.of("image", root.name(), step.version(), key).with(base);
        JsonObject parts = new JsonObject();
        if (kernelProvenance.isPresent()) {
            parts.add(KERNEL, kernelProvenance.get());
        }
        for (ResolvedPackage part : all) {
            BuildKey of = known(keys.ofPackage(part.name()), part.name());
            Optional<JsonObject> own = stored.provenance(StoredResults.packageRef(part.name(), of.digest()));
            if (own.isPresent()) {
                parts.add(part.name(), own.get());
            }
        }
        provenance.with("parts", parts);
        new ImageAssembler(cache)
                .assemble(
                        new ImageAssembler.Parts(
                                resolution,
                                key,
                                step.version(),
                                packageLayer(root.name(), keys),
                                dependencies,
                                debs,
                                new ImageAssembler.NamedLayer(base.name(), base.layer()),
                                kernel,
                                kernelKey,
                                ImageAssembler.release(kernelProvenance).orElse(kernelVersion)),
                        provenance,
                        clock.instant(),
                        listener::warning,
                        cancellation);
    }

    /**
     * Adds to {@code checks} the steps that build everything of a program that is its own a second time: what two programs
     * share once.
     */
    private void checks(Resolution resolution, LockFile lock, Options options, Map<BuildKey, Executor.Step> checks)
            throws RebuildException {
        Keys keys = planner.keys(resolution, lock);
        List<ResolvedPackage> all = new ArrayList<>(resolution.runtimeClosure(resolution.root()));
        all.add(resolution.rootPackage());
        for (ResolvedPackage part : all) {
            String id = "check " + part.name();
            BuildKey key = known(keys.ofPackage(part.name()), id);
            addCheck(checks, key, id, (l, c) -> {
                BuildInputs inputs = inputs(
                        part, key, keys.version(part).orElse(""), buildLayers(resolution, part, keys), lock, id, l, c);
                again(
                        new PackageBuilder(machine.processors()),
                        inputs,
                        packageLayer(part.name(), keys),
                        id,
                        options,
                        l,
                        c);
            });
        }
        if (options.checkKernel()) {
            String id = "check " + KERNEL;
            BuildKey key = known(keys.ofKernel(), id);
            addCheck(checks, key, id, (l, c) -> {
                String version = keys.version(resolution.kernel()).orElse("");
                StoredLayer first = stored.layer(
                                StoredResults.kernelRef(version, resolution.kernelFeatures(), key.digest()),
                                key.digest())
                        .orElseThrow(() -> new RebuildException(
                                RebuildException.Kind.STORE, "the kernel is not in the store any more"));
                BuildInputs inputs = inputs(resolution.kernel(), key, version, List.of(), lock, id, l, c);
                again(kernelBuilder(resolution), inputs, first, id, options, l, c);
            });
        }
    }

    /** Two variants of one package have one name and two keys. */
    private static void addCheck(Map<BuildKey, Executor.Step> checks, BuildKey key, String id, Executor.Work work) {
        boolean taken = checks.values().stream().anyMatch(step -> step.id().equals(id));
        String unique = taken ? id + " " + key.digest().abbreviated() : id;
        checks.putIfAbsent(key, new Executor.Step(unique, Set.of(), work));
    }

    private void again(
            StepBuilder builder,
            BuildInputs inputs,
            StoredLayer first,
            String step,
            Options options,
            StepListener listener,
            Cancellation cancellation)
            throws RebuildException {
        LayerBuild.Mode mode = new LayerBuild.Mode(options.keepFailed(), "-check");
        BuildResult second = layerBuild.run(builder, inputs, step, mode, listener, cancellation);
        new Reproducer(cache).compare(inputs.of().name() + " " + inputs.version(), first, second.layer());
    }
}
