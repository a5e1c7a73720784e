package org.sourceos.rebuild.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.sourceos.config.recipe.PackageSpec.RuntimeSpec;
import org.sourceos.config.recipe.ReadyRule;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.Part;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.gitstore.image.ImageManifest.KernelPart;
import org.sourceos.gitstore.image.ImageManifest.LayerPart;
import org.sourceos.gitstore.image.ImageManifest.RunDefaults;
import org.sourceos.gitstore.image.Readiness;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.build.Provenance;
import org.sourceos.rebuild.plan.BuildKey;
import org.sourceos.rebuild.plan.Resolution;
import org.sourceos.rebuild.plan.ResolvedPackage;
import org.sourceos.rebuild.plan.StoredResults;

/** Makes an image of what was built: selects what is needed at run time, and publishes it with manifest and provenance. */
public final class ImageAssembler {
    private final BuildCache cache;

    public ImageAssembler(BuildCache cache) {
        this.cache = cache;
    }

    /** A layer and the package, or base, it came from. */
    public record NamedLayer(String name, StoredLayer layer) {}

    /**
     * Everything an image is made of.
     *
     * @param dependencies what it runs with, nearest first
     * @param debs layers of Debian packages that it or its dependencies were built with
     * @param kernelRelease the kernel's own name of itself
     */
    public record Parts(
            Resolution resolution,
            BuildKey key,
            String version,
            StoredLayer own,
            List<NamedLayer> dependencies,
            List<StoredLayer> debs,
            NamedLayer base,
            StoredLayer kernel,
            BuildKey kernelKey,
            String kernelRelease) {}

    /** @param warnings told what may be a mistake but stops nothing */
    public ImageManifest assemble(
            Parts parts, Provenance provenance, Instant when, Consumer<String> warnings, Cancellation cancellation)
            throws RebuildException {
        String name = parts.resolution().root();
        try {
            List<LayerPart> layers = new ArrayList<>();
            Map<String, Part> tree = new LinkedHashMap<>();
            for (Map.Entry<String, Selection> entry : select(parts, warnings).entrySet()) {
                cancellation.throwIfCancelled();
                StoredLayer layer = cache.ingest(entry.getValue(), cancellation);
                tree.put(String.format("layers/%02d-%s", layers.size(), entry.getKey()), new Part.Tree(layer.tree()));
                layers.add(new LayerPart(entry.getKey(), layer.tree(), layer.digest(), layer.bytes()));
            }
            tree.put("kernel", new Part.Tree(parts.kernel().tree()));
            ImageManifest manifest = new ImageManifest(
                    name,
                    parts.version(),
                    parts.key().digest(),
                    new KernelPart(
                            parts.kernelKey().digest(),
                            parts.kernelRelease(),
                            List.copyOf(parts.resolution().kernelFeatures()),
                            parts.kernel().tree(),
                            parts.kernel().digest()),
                    layers,
                    run(parts.resolution().rootPackage()));
            tree.put("manifest.json", new Part.Document(manifest.toJson().getBytes(StandardCharsets.UTF_8)));
            tree.put("provenance.json", new Part.Document(provenance.toBytes()));
            cache.publish(
                    StoredResults.imageRef(name, parts.key().digest()),
                    tree,
                    name + " " + parts.version() + ": image\n\nKey: "
                            + parts.key().digest() + "\nKernel: " + parts.kernelRelease() + "\n",
                    when);
            return manifest;
        } catch (StoreException e) {
            throw new RebuildException(
                    RebuildException.Kind.STORE, "cannot store the image of " + name + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new RebuildException(
                    RebuildException.Kind.STORE, "cannot assemble the image of " + name + ": " + e, e);
        }
    }

    private static RunDefaults run(ResolvedPackage root) {
        RuntimeSpec runtime = root.spec().runtime();
        SortedMap<String, String> environment = new TreeMap<>(root.variables());
        environment.putAll(runtime.environment());
        return new RunDefaults(
                runtime.command(),
                environment,
                runtime.network(),
                runtime.devices(),
                runtime.memoryMib(),
                runtime.cpus(),
                runtime.filesystem(),
                runtime.files(),
                runtime.limits(),
                runtime.ready().map(ImageAssembler::readiness));
    }

    private static Readiness readiness(ReadyRule rule) {
        if (rule instanceof ReadyRule.Output output) {
            return new Readiness.Output(output.text());
        } else if (rule instanceof ReadyRule.Port port) {
            return new Readiness.Port(port.number());
        } else if (rule instanceof ReadyRule.Idle idle) {
            return new Readiness.Idle(idle.millis());
        }
        throw new IllegalStateException("unknown rule: " + rule);
    }

    /** The root file system's layers by name, topmost first; no more than a machine has disks for. */
    private Map<String, Selection> select(Parts parts, Consumer<String> warnings)
            throws RebuildException, StoreException, IOException {
        String name = parts.resolution().root();
        List<LayerIndex> indexes = new ArrayList<>();
        indexes.add(index(name, parts.own()));
        for (NamedLayer dependency : parts.dependencies()) {
            indexes.add(index(dependency.name(), dependency.layer()));
        }
        for (StoredLayer debs : parts.debs()) {
            indexes.add(index("Debian packages", debs));
        }
        indexes.add(index(parts.base().name(), parts.base().layer()));
        ResolvedPackage root = parts.resolution().rootPackage();
        RuntimeNeeds needs =
                RuntimeNeeds.of(name, root.spec().runtime(), root.inputs().packages());
        List<Selection> selections = new RuntimeClosure(indexes, warnings).select(needs);

        int firstDeb = 1 + parts.dependencies().size();
        Map<String, Selection> layers = new LinkedHashMap<>();
        layers.put(name, selections.get(0));
        Map<String, Selection> dependencies = new LinkedHashMap<>();
        for (int i = 1; i < firstDeb; i++) {
            if (!selections.get(i).isEmpty()) {
                dependencies.put(indexes.get(i).name(), selections.get(i));
            }
        }
        if (dependencies.size() > ImageManifest.MAX_LAYERS - 2) {
            dependencies = Map.of("dependencies", merged(List.copyOf(dependencies.values())));
        }
        layers.putAll(dependencies);
        layers.put(parts.base().name(), merged(selections.subList(firstDeb, selections.size())));
        return layers;
    }

    private static Selection merged(List<Selection> selections) {
        Selection all = new Selection();
        selections.forEach(all::addBelow);
        return all;
    }

    private LayerIndex index(String name, StoredLayer layer) throws StoreException, IOException {
        return LayerIndex.of(name, cache.files(layer));
    }

    /** What {@code provenance.json} said of a kernel's release when it was built. */
    public static Optional<String> release(Optional<com.google.gson.JsonObject> provenance) {
        return provenance
                .map(json -> json.get("release"))
                .filter(com.google.gson.JsonElement::isJsonPrimitive)
                .map(com.google.gson.JsonElement::getAsString);
    }
}
