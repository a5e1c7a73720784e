package org.sourceos.rebuild;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sourceos.config.lock.LockFile;
import org.sourceos.config.recipe.PackageSpec.SourceLocation;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.Part;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.rebuild.base.Base;
import org.sourceos.rebuild.base.BaseProvider;
import org.sourceos.rebuild.build.BuildInputs;
import org.sourceos.rebuild.build.BuildResult;
import org.sourceos.rebuild.build.LayerBuild;
import org.sourceos.rebuild.build.PackageBuilder;
import org.sourceos.rebuild.build.Provenance;
import org.sourceos.rebuild.build.StepBuilder;
import org.sourceos.rebuild.kernel.KernelBuilder;
import org.sourceos.rebuild.plan.BuildKey;
import org.sourceos.rebuild.plan.Keys;
import org.sourceos.rebuild.plan.LockStore;
import org.sourceos.rebuild.plan.PlannedStep;
import org.sourceos.rebuild.plan.Planner;
import org.sourceos.rebuild.plan.Resolution;
import org.sourceos.rebuild.plan.StoredResults;
import org.sourceos.rebuild.source.FetchedSource;

/** What each step of a plan does, and what it leaves in the store and in the lock. */
final class StepWork {
    private final BuildCache cache;
    private final StepInputs inputs;
    private final LockStore locks;
    private final Planner planner;
    private final LayerBuild builds;
    private final Rebuild.Machine machine;
    private final Clock clock;

    StepWork(
            BuildCache cache,
            StepInputs inputs,
            LockStore locks,
            Planner planner,
            LayerBuild builds,
            Rebuild.Machine machine,
            Clock clock) {
        this.cache = cache;
        this.inputs = inputs;
        this.locks = locks;
        this.planner = planner;
        this.builds = builds;
        this.machine = machine;
        this.clock = clock;
    }

    /** @param keepFailed whether a failed build's tree stays */
    void perform(PlannedStep step, StepRun run, boolean keepFailed) throws RebuildException {
        if (step instanceof PlannedStep.BuildPackage build) {
            buildPackage(build, run, keepFailed);
        } else if (step instanceof PlannedStep.BuildKernel kernel) {
            buildKernel(kernel, run, keepFailed);
        } else if (step instanceof PlannedStep.AssembleImage image) {
            new ImageStep(cache, inputs, planner.keys(image.resolution(), run.lock()), clock).perform(image, run);
        } else {
            fetch(step, run);
        }
    }

    /** Brings what a step names into the store, and writes into the lock what it was. */
    void fetch(PlannedStep step, StepRun run) throws RebuildException {
        if (step instanceof PlannedStep.FetchSource fetch) {
            FetchedSource source = inputs.source(fetch.of(), run);
            SourceLocation location = fetch.of().spec().source().location();
            if (!(location instanceof SourceLocation.LocalPath)) {
                locks.update(current -> current.withSource(location.text(), source.pin()));
            }
        } else if (step instanceof PlannedStep.MakeBase make) {
            Base base = inputs.base(make.base(), run);
            locks.update(current -> current.withBase(make.base().name(), base.pin()));
        } else if (step instanceof PlannedStep.FetchDebs fetch) {
            BaseProvider.DebLayer debs =
                    inputs.debs(inputs.base(fetch.base(), run), fetch.base(), fetch.packages(), run);
            locks.update(current -> {
                LockFile changed = current;
                for (Map.Entry<String, LockFile.DebPin> pin : debs.pins().entrySet()) {
                    changed = changed.withDeb(pin.getKey(), pin.getValue());
                }
                return changed;
            });
        }
    }

    private void buildPackage(PlannedStep.BuildPackage step, StepRun run, boolean keepFailed) throws RebuildException {
        BuildKey key = StepInputs.known(step.key(), step.id());
        Keys keys = planner.keys(step.resolution(), run.lock());
        BuildInputs taken =
                inputs.inputs(step.of(), key, step.version(), inputs.layers(step.resolution(), step.of(), keys), run);
        BuildResult result = build(new PackageBuilder(machine.processors()), taken, run, keepFailed);
        publish(
                StoredResults.packageRef(step.of().name(), key.digest()),
                result,
                Provenance.of("package", step.of().name(), step.version(), key).with(taken, result),
                step.of().name() + " " + step.version() + ": installed files\n\nKey: " + key.digest() + "\n");
    }

    private void buildKernel(PlannedStep.BuildKernel step, StepRun run, boolean keepFailed) throws RebuildException {
        Resolution resolution = step.resolution();
        BuildKey key = StepInputs.known(step.key(), step.id());
        BuildInputs taken = inputs.inputs(resolution.kernel(), key, step.version(), List.of(), run);
        BuildResult result = build(
                new KernelBuilder(resolution.kernelOptions(), machine.architecture(), machine.processors()),
                taken,
                run,
                keepFailed);
        publish(
                StoredResults.kernelRef(step.version(), resolution.kernelFeatures(), key.digest()),
                result,
                Provenance.of("kernel", resolution.kernel().name(), step.version(), key)
                        .with(taken, result),
                resolution.kernel().name() + " " + step.version() + ": kernel\n\nKey: " + key.digest() + "\nFeatures: "
                        + String.join(" ", resolution.kernelFeatures()) + "\n");
    }

    private BuildResult build(StepBuilder builder, BuildInputs taken, StepRun run, boolean keepFailed)
            throws RebuildException {
        return builds.run(
                builder, taken, run.id(), LayerBuild.Mode.normal(keepFailed), run.listener(), run.cancellation());
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
}
