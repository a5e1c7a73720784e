package org.sourceos.rebuild;

import com.google.gson.JsonObject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.rebuild.base.Base;
import org.sourceos.rebuild.build.Provenance;
import org.sourceos.rebuild.image.ImageAssembler;
import org.sourceos.rebuild.plan.BuildKey;
import org.sourceos.rebuild.plan.Keys;
import org.sourceos.rebuild.plan.PlannedStep;
import org.sourceos.rebuild.plan.Resolution;
import org.sourceos.rebuild.plan.ResolvedPackage;
import org.sourceos.rebuild.plan.StoredResults;

/** Puts together the image of a program from layers that are all built. */
final class ImageStep {
    private final BuildCache cache;
    private final StepInputs inputs;
    private final Keys keys;
    private final Clock clock;

    ImageStep(BuildCache cache, StepInputs inputs, Keys keys, Clock clock) {
        this.cache = cache;
        this.inputs = inputs;
        this.keys = keys;
        this.clock = clock;
    }

    void perform(PlannedStep.AssembleImage step, StepRun run) throws RebuildException {
        Resolution resolution = step.resolution();
        ResolvedPackage root = resolution.rootPackage();
        BuildKey kernelKey = StepInputs.known(keys.ofKernel(), Rebuild.KERNEL);
        String kernelVersion = keys.version(resolution.kernel()).orElse("");
        StoreRef kernelRef = StoredResults.kernelRef(kernelVersion, resolution.kernelFeatures(), kernelKey.digest());
        Optional<JsonObject> kernelProvenance = inputs.stored().provenance(kernelRef);
        Base base = inputs.base(root.base(), run);
        List<ResolvedPackage> all = new ArrayList<>(List.of(root));
        all.addAll(resolution.runtimeClosure(root.name()));
        List<ImageAssembler.NamedLayer> dependencies = new ArrayList<>();
        List<StoredLayer> debs = new ArrayList<>();
        for (ResolvedPackage part : all) {
            if (part != root) {
                dependencies.add(new ImageAssembler.NamedLayer(part.name(), inputs.packageLayer(part.name(), keys)));
            }
            if (!part.debs().isEmpty()) {
                debs.add(inputs.debs(base, part.base(), part.debs(), run).layer());
            }
        }
        BuildKey key = StepInputs.known(step.key(), step.id());
        Provenance provenance =
                Provenance.of("image", root.name(), step.version(), key).with(base);
        provenance.with("parts", provenance(all, kernelProvenance));
        new ImageAssembler(cache)
                .assemble(
                        new ImageAssembler.Parts(
                                resolution,
                                key,
                                step.version(),
                                inputs.packageLayer(root.name(), keys),
                                dependencies,
                                debs,
                                new ImageAssembler.NamedLayer(base.name(), base.layer()),
                                inputs.kernelLayer(kernelRef, kernelKey),
                                kernelKey,
                                ImageAssembler.release(kernelProvenance).orElse(kernelVersion)),
                        provenance,
                        clock.instant(),
                        run.listener()::warning,
                        run.cancellation());
    }

    private JsonObject provenance(List<ResolvedPackage> all, Optional<JsonObject> kernel) throws RebuildException {
        JsonObject parts = new JsonObject();
        if (kernel.isPresent()) {
            parts.add(Rebuild.KERNEL, kernel.get());
        }
        for (ResolvedPackage part : all) {
            BuildKey of = StepInputs.known(keys.ofPackage(part.name()), part.name());
            Optional<JsonObject> own = inputs.stored().provenance(StoredResults.packageRef(part.name(), of.digest()));
            if (own.isPresent()) {
                parts.add(part.name(), own.get());
            }
        }
        return parts;
    }
}
