package org.sourceos.rebuild.plan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.lock.LockFile;
import org.sourceos.config.recipe.PackageSpec.SourceLocation;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.base.Base;
import org.sourceos.rebuild.base.BaseProvider;
import org.sourceos.rebuild.source.FetchedSource;
import org.sourceos.rebuild.source.SourceFetcher;

/** Says what must be done for a request. Uses no network and changes nothing but what reading a {@code path:} source stores. */
public final class Planner {
    private final Catalogue catalogue;
    private final SourceFetcher sources;
    private final BaseProvider bases;
    private final StoredResults stored;
    private final HostRelease host;
    private final String architecture;
    private final String kernelName;

    /**
     * @param architecture as {@code uname -m} has it
     * @param kernelName the recipe of the kernel that images get
     */
    public Planner(
            Catalogue catalogue,
            SourceFetcher sources,
            BaseProvider bases,
            StoredResults stored,
            HostRelease host,
            String architecture,
            String kernelName) {
        this.catalogue = catalogue;
        this.sources = sources;
        this.bases = bases;
        this.stored = stored;
        this.host = host;
        this.architecture = architecture;
        this.kernelName = kernelName;
    }

    /**
     * The plan for all requests together.
     *
     * @throws RebuildException UNUSABLE with everything that is wrong with the recipes
     */
    public BuildPlan plan(List<Request> requests, LockFile lock) throws RebuildException {
        Resolver resolver = new Resolver(catalogue, host, kernelName);
        Set<String> problems = new LinkedHashSet<>();
        List<Resolution> resolutions = new ArrayList<>();
        for (Request request : requests) {
            try {
                resolutions.add(resolver.resolve(request));
            } catch (RebuildException e) {
                problems.add(e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new RebuildException(RebuildException.Kind.UNUSABLE, String.join("\n", problems));
        }
        BuildPlan all = new BuildPlan(List.of());
        for (Resolution resolution : resolutions) {
            all = all.and(plan(resolution, lock, all));
        }
        return all;
    }

    /**
     * The plan for a kernel by itself.
     *
     * @throws RebuildException UNUSABLE with everything that is wrong with its recipe, or when that makes another version
     */
    public BuildPlan plan(KernelRequest request, LockFile lock) throws RebuildException {
        Resolution resolution = new Resolver(catalogue, host, kernelName).resolve(request);
        Keys keys = keys(resolution, lock);
        Optional<String> made = keys.version(resolution.kernel());
        if (request.version().isPresent()
                && made.isPresent()
                && !(made.get() + ".").startsWith(request.version().get() + ".")) {
            throw new RebuildException(
                    RebuildException.Kind.UNUSABLE,
                    "the recipe of the kernel makes version " + made.get() + ", and "
                            + request.version().get() + " is asked for: leave the version out, or write packages/"
                            + kernelName + ".source.toml with a source of that version");
        }
        return new Steps(resolution, keys, new BuildPlan(List.of())).kernelAlone();
    }

    /** The keys of what a request resolved to, as the lock pins it. */
    public Keys keys(Resolution resolution, LockFile lock) throws RebuildException {
        return new Keys(resolution, lock, localPins(resolution), settingFiles(resolution), architecture);
    }

    /** Kernel, packages and image of a request, each compared with the latest build of the same name. */
    public List<Explanation> explain(Request request, LockFile lock) throws RebuildException {
        Resolution resolution = new Resolver(catalogue, host, kernelName).resolve(request);
        Keys keys = keys(resolution, lock);
        List<Explanation> explanations = new ArrayList<>();
        Optional<BuildKey> kernel = keys.ofKernel();
        Optional<StoreRef> kernelRef = kernel.map(key -> StoredResults.kernelRef(
                keys.version(resolution.kernel()).orElse(""), resolution.kernelFeatures(), key.digest()));
        explanations.add(explain("kernel " + kernelName, kernel, kernelRef));
        for (ResolvedPackage resolved : resolution.packages().values()) {
            Optional<BuildKey> key = keys.ofPackage(resolved.name());
            Optional<StoreRef> ref = key.map(k -> StoredResults.packageRef(resolved.name(), k.digest()));
            explanations.add(explain("build " + resolved.name(), key, ref));
        }
        Optional<BuildKey> image = keys.ofImage();
        Optional<StoreRef> imageRef = image.map(key -> StoredResults.imageRef(resolution.root(), key.digest()));
        explanations.add(explain("image " + resolution.root(), image, imageRef));
        return explanations;
    }

    private Explanation explain(String step, Optional<BuildKey> key, Optional<StoreRef> ref) throws RebuildException {
        if (key.isEmpty() || ref.isEmpty()) {
            return new Explanation(step, Explanation.Verdict.NOT_PINNED, key, List.of());
        }
        if (stored.has(ref.get(), key.get().digest())) {
            return new Explanation(step, Explanation.Verdict.REUSED, key, List.of());
        }
        Optional<String> name = Optional.ofNullable(key.get().inputs().values().get("name"));
        Optional<KeyInputs> latest = stored.latestInputs(
                ref.get(),
                inputs -> Optional.ofNullable(inputs.values().get("name")).equals(name));
        return latest.isEmpty()
                ? new Explanation(step, Explanation.Verdict.NEW, key, List.of())
                : new Explanation(
                        step,
                        Explanation.Verdict.CHANGED,
                        key,
                        key.get().inputs().changesSince(latest.get()));
    }

    private BuildPlan plan(Resolution resolution, LockFile lock, BuildPlan before) throws RebuildException {
        Keys keys = keys(resolution, lock);
        Map<String, String> versions = new LinkedHashMap<>();
        for (ResolvedPackage resolved : resolution.packages().values()) {
            keys.version(resolved).ifPresent(version -> versions.put(resolved.name(), version));
        }
        List<String> problems = Resolver.versionProblems(resolution, versions);
        if (!problems.isEmpty()) {
            throw new RebuildException(RebuildException.Kind.UNUSABLE, String.join("\n", problems));
        }
        return new Steps(resolution, keys, before).all();
    }

    /** Sources in the configuration itself are not locked: they are what they are now. */
    private Map<String, LockFile.SourcePin> localPins(Resolution resolution) throws RebuildException {
        List<ResolvedPackage> all = new ArrayList<>(resolution.packages().values());
        all.add(resolution.kernel());
        Map<String, LockFile.SourcePin> pins = new LinkedHashMap<>();
        for (ResolvedPackage resolved : all) {
            if (resolved.spec().source().location() instanceof SourceLocation.LocalPath) {
                Path folder = resolved.recipe().folder();
                LockFile.SourcePin any = new LockFile.SourcePin("0".repeat(64), Optional.empty(), Optional.empty());
                Optional<FetchedSource> found = sources.stored(resolved.spec().source(), folder, any);
                if (found.isEmpty()) {
                    throw new RebuildException(
                            RebuildException.Kind.UNUSABLE,
                            resolved.spec().source().position() + ": the source "
                                    + resolved.spec().source().location().text() + " is not there: nothing at "
                                    + folder + "/"
                                    + ((SourceLocation.LocalPath)
                                                    resolved.spec().source().location())
                                            .path());
                }
                pins.put(resolved.name(), found.get().pin());
            }
        }
        return pins;
    }

    /** So is what a configuration's settings name: by what it holds now. */
    private SortedMap<String, String> settingFiles(Resolution resolution) throws RebuildException {
        SortedMap<String, String> digests = new TreeMap<>();
        for (ResolvedPackage resolved : resolution.packages().values()) {
            SettingInputs named = resolved.inputs();
            for (String place : named.files().keySet()) {
                LockFile.SourcePin any = new LockFile.SourcePin("0".repeat(64), Optional.empty(), Optional.empty());
                FetchedSource found = sources.stored(named.source(place), named.folder(), any)
                        .orElseThrow(() -> new RebuildException(
                                RebuildException.Kind.UNUSABLE,
                                "a setting of " + resolved.name() + " names "
                                        + named.files().get(place) + ", which is not there"));
                digests.put(place, found.pin().sha256());
            }
        }
        return digests;
    }

    /** The steps of one resolution. */
    private final class Steps {
        private final Resolution resolution;
        private final Keys keys;
        private final BuildPlan before;
        private final Map<String, PlannedStep> steps = new LinkedHashMap<>();

        Steps(Resolution resolution, Keys keys, BuildPlan before) {
            this.resolution = resolution;
            this.keys = keys;
            this.before = before;
        }

        BuildPlan all() throws RebuildException {
            ResolvedPackage root = resolution.rootPackage();
            Optional<BuildKey> key = keys.ofImage();
            String version = keys.version(root).orElse("");
            String id = unique("image " + root.name(), key);
            if (key.isPresent() && stored.image(root.name(), key.get().digest()).isPresent()) {
                return new BuildPlan(List.of(new PlannedStep.AssembleImage(
                        id, resolution, key, version, PlannedStep.State.REUSED, List.of())));
            }
            List<String> needs = new ArrayList<>();
            needs.add(addKernel());
            needs.add(addPackage(root));
            for (ResolvedPackage dependency : resolution.runtimeClosure(root.name())) {
                needs.add(addPackage(dependency));
                addDebsAtRunTime(dependency, needs);
            }
            needs.add(addBase(root));
            addDebsAtRunTime(root, needs);
            steps.put(
                    id,
                    new PlannedStep.AssembleImage(
                            id, resolution, key, version, PlannedStep.State.TO_DO, List.copyOf(needs)));
            return new BuildPlan(List.copyOf(steps.values()));
        }

        BuildPlan kernelAlone() throws RebuildException {
            addKernel();
            return new BuildPlan(List.copyOf(steps.values()));
        }

        /** A library that a package was built with is needed again to run it. */
        private void addDebsAtRunTime(ResolvedPackage resolved, List<String> needs) throws RebuildException {
            if (!resolved.debs().isEmpty()) {
                addBase(resolved);
                needs.add(addDebs(resolved));
            }
        }

        private String addPackage(ResolvedPackage resolved) throws RebuildException {
            Optional<BuildKey> key = keys.ofPackage(resolved.name());
            String id = unique("build " + resolved.name(), key);
            if (steps.containsKey(id)) {
                return id;
            }
            boolean isStored = key.isPresent()
                    && stored.layer(
                                    StoredResults.packageRef(
                                            resolved.name(), key.get().digest()),
                                    key.get().digest())
                            .isPresent();
            List<String> needs = new ArrayList<>();
            if (!isStored) {
                needs.addAll(addInputs(resolved));
                for (ResolvedPackage needed : resolution.buildClosure(resolved.name())) {
                    needs.add(addPackage(needed));
                }
            }
            steps.put(
                    id,
                    new PlannedStep.BuildPackage(
                            id,
                            resolved,
                            resolution,
                            key,
                            keys.version(resolved).orElse(""),
                            isStored ? PlannedStep.State.REUSED : PlannedStep.State.TO_DO,
                            List.copyOf(needs)));
            return id;
        }

        private String addKernel() throws RebuildException {
            ResolvedPackage kernel = resolution.kernel();
            Optional<BuildKey> key = keys.ofKernel();
            String version = keys.version(kernel).orElse("");
            String id = unique("kernel " + kernel.name(), key);
            boolean isStored = key.isPresent()
                    && stored.layer(
                                    StoredResults.kernelRef(
                                            version,
                                            resolution.kernelFeatures(),
                                            key.get().digest()),
                                    key.get().digest())
                            .isPresent();
            List<String> needs = isStored ? List.of() : addInputs(kernel);
            steps.put(
                    id,
                    new PlannedStep.BuildKernel(
                            id,
                            resolution,
                            key,
                            version,
                            isStored ? PlannedStep.State.REUSED : PlannedStep.State.TO_DO,
                            needs));
            return id;
        }

        /** What a build of {@code resolved} takes from outside. */
        private List<String> addInputs(ResolvedPackage resolved) throws RebuildException {
            List<String> needs = new ArrayList<>();
            Optional<LockFile.SourcePin> pin = keys.source(resolved);
            String fetch = "fetch " + resolved.name();
            boolean isStored = pin.isPresent()
                    && sources.stored(
                                    resolved.spec().source(), resolved.recipe().folder(), pin.get())
                            .isPresent();
            steps.put(
                    fetch,
                    new PlannedStep.FetchSource(
                            fetch,
                            resolved,
                            pin.isPresent(),
                            isStored ? PlannedStep.State.REUSED : PlannedStep.State.TO_DO));
            needs.add(fetch);
            needs.add(addBase(resolved));
            if (!resolved.debs().isEmpty()) {
                needs.add(addDebs(resolved));
            }
            return needs;
        }

        private Optional<Base> storedBase(ResolvedPackage resolved) throws RebuildException {
            Optional<LockFile.BasePin> pin = keys.base(resolved);
            return pin.isPresent() ? bases.stored(resolved.base(), pin.get()) : Optional.empty();
        }

        private String addBase(ResolvedPackage resolved) throws RebuildException {
            String id = "base " + resolved.base().name();
            if (!steps.containsKey(id)) {
                steps.put(
                        id,
                        new PlannedStep.MakeBase(
                                id,
                                resolved.base(),
                                keys.base(resolved).isPresent(),
                                storedBase(resolved).isPresent() ? PlannedStep.State.REUSED : PlannedStep.State.TO_DO));
            }
            return id;
        }

        private String addDebs(ResolvedPackage resolved) throws RebuildException {
            String id = "packages for " + resolved.name();
            Optional<SortedMap<String, LockFile.DebPin>> pins = keys.debs(resolved);
            Optional<Base> base = storedBase(resolved);
            boolean isStored = pins.isPresent()
                    && base.isPresent()
                    && bases.storedDebs(base.get(), resolved.debs(), keys.lock())
                            .isPresent();
            steps.put(
                    id,
                    new PlannedStep.FetchDebs(
                            id,
                            resolved.base(),
                            resolved.debs(),
                            pins.isPresent(),
                            isStored ? PlannedStep.State.REUSED : PlannedStep.State.TO_DO,
                            List.of("base " + resolved.base().name())));
            return id;
        }

        /** Two requests may want one package with different features: then the key tells the steps apart. */
        private String unique(String id, Optional<BuildKey> key) {
            boolean taken = before.steps().stream()
                    .anyMatch(step -> step.id().equals(id)
                            && !step.key().map(BuildKey::digest).equals(key.map(BuildKey::digest)));
            if (!taken) {
                return id;
            }
            return id + " " + key.map(BuildKey::abbreviated).orElse("for " + resolution.root());
        }
    }
}
