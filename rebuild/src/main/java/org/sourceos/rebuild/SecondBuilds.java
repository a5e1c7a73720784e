package org.sourceos.rebuild;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sourceos.config.lock.LockFile;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.rebuild.build.BuildInputs;
import org.sourceos.rebuild.build.BuildResult;
import org.sourceos.rebuild.build.Executor;
import org.sourceos.rebuild.build.LayerBuild;
import org.sourceos.rebuild.build.PackageBuilder;
import org.sourceos.rebuild.build.Reproducer;
import org.sourceos.rebuild.build.StepBuilder;
import org.sourceos.rebuild.kernel.KernelBuilder;
import org.sourceos.rebuild.plan.BuildKey;
import org.sourceos.rebuild.plan.Keys;
import org.sourceos.rebuild.plan.Resolution;
import org.sourceos.rebuild.plan.ResolvedPackage;
import org.sourceos.rebuild.plan.StoredResults;

/**
 * Steps that build everything of programs that is their own a second time, and compare: what two programs share, once.
 */
final class SecondBuilds {
    private final BuildCache cache;
    private final StepInputs inputs;
    private final LayerBuild builds;
    private final Rebuild.Machine machine;
    private final LockFile lock;
    private final Rebuild.Options options;
    private final Map<BuildKey, Executor.Step> steps = new LinkedHashMap<>();

    SecondBuilds(
            BuildCache cache,
            StepInputs inputs,
            LayerBuild builds,
            Rebuild.Machine machine,
            LockFile lock,
            Rebuild.Options options) {
        this.cache = cache;
        this.inputs = inputs;
        this.builds = builds;
        this.machine = machine;
        this.lock = lock;
        this.options = options;
    }

    List<Executor.Step> steps() {
        return List.copyOf(steps.values());
    }

    void add(Resolution resolution, Keys keys) throws RebuildException {
        List<ResolvedPackage> all = new ArrayList<>(resolution.runtimeClosure(resolution.root()));
        all.add(resolution.rootPackage());
        for (ResolvedPackage part : all) {
            String id = "check " + part.name();
            BuildKey key = StepInputs.known(keys.ofPackage(part.name()), id);
            add(key, id, StepPrints.again(part), run -> {
                BuildInputs taken = inputs.inputs(
                        part, key, keys.version(part).orElse(""), inputs.layers(resolution, part, keys), run);
                again(new PackageBuilder(machine.processors()), taken, inputs.packageLayer(part.name(), keys), run);
            });
        }
        if (options.checkKernel()) {
            String id = "check " + Rebuild.KERNEL;
            BuildKey key = StepInputs.known(keys.ofKernel(), id);
            add(key, id, StepPrints.kernelAgain(resolution), run -> {
                String version = keys.version(resolution.kernel()).orElse("");
                StoreRef ref = StoredResults.kernelRef(version, resolution.kernelFeatures(), key.digest());
                BuildInputs taken = inputs.inputs(resolution.kernel(), key, version, List.of(), run);
                again(
                        new KernelBuilder(resolution.kernelOptions(), machine.architecture(), machine.processors()),
                        taken,
                        inputs.kernelLayer(ref, key),
                        run);
            });
        }
    }

    @FunctionalInterface
    private interface Check {
        void run(StepRun run) throws RebuildException;
    }

    /** Two variants of one package have one name and two keys. */
    private void add(BuildKey key, String id, Optional<Executor.Prints> prints, Check check) {
        boolean taken = steps.values().stream().anyMatch(step -> step.id().equals(id));
        String unique = taken ? id + " " + key.digest().abbreviated() : id;
        steps.putIfAbsent(
                key,
                new Executor.Step(
                        unique,
                        Set.of(),
                        (listener, cancellation) -> check.run(new StepRun(lock, unique, listener, cancellation)),
                        prints));
    }

    private void again(StepBuilder builder, BuildInputs taken, StoredLayer first, StepRun run) throws RebuildException {
        LayerBuild.Mode mode = new LayerBuild.Mode(options.keepFailed(), "-check");
        BuildResult second = builds.run(builder, taken, run.id(), mode, run.listener(), run.cancellation());
        new Reproducer(cache).compare(taken.of().name() + " " + taken.version(), first, second.layer());
    }
}
