package org.sourceos.rebuild;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sourceos.config.base.BaseSpec;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.OverlayTree;
import org.sourceos.gitstore.tree.PlacedTree;
import org.sourceos.gitstore.tree.TreePath;
import org.sourceos.rebuild.base.Base;
import org.sourceos.rebuild.base.BaseProvider;
import org.sourceos.rebuild.build.BuildInputs;
import org.sourceos.rebuild.plan.BuildKey;
import org.sourceos.rebuild.plan.Keys;
import org.sourceos.rebuild.plan.PlannedStep;
import org.sourceos.rebuild.plan.Resolution;
import org.sourceos.rebuild.plan.ResolvedPackage;
import org.sourceos.rebuild.plan.SettingInputs;
import org.sourceos.rebuild.plan.StoredResults;
import org.sourceos.rebuild.source.FetchedSource;
import org.sourceos.rebuild.source.SourceFetcher;

/** What the steps of plans take: sources, bases, packages of bases, layers that were built before. */
final class StepInputs {
    private final BuildCache cache;
    private final SourceFetcher sources;
    private final BaseProvider bases;
    private final StoredResults stored;

    StepInputs(BuildCache cache, SourceFetcher sources, BaseProvider bases) {
        this.cache = cache;
        this.sources = sources;
        this.bases = bases;
        this.stored = new StoredResults(cache);
    }

    StoredResults stored() {
        return stored;
    }

    FetchedSource source(ResolvedPackage of, StepRun run) throws RebuildException {
        return sources.fetch(
                of.spec().source(),
                of.recipe().folder(),
                Optional.ofNullable(
                        run.lock().sources().get(of.spec().source().location().text())),
                run.listener(),
                run.id(),
                run.cancellation());
    }

    Base base(BaseSpec spec, StepRun run) throws RebuildException {
        return bases.obtain(
                spec,
                Optional.ofNullable(run.lock().bases().get(spec.name())),
                run.listener(),
                run.id(),
                run.cancellation());
    }

    BaseProvider.DebLayer debs(Base on, BaseSpec spec, List<String> packages, StepRun run) throws RebuildException {
        return bases.debs(on, spec, packages, run.lock(), run.listener(), run.id(), run.cancellation());
    }

    /** All that a build takes; what a collection removed from the store since it was first fetched is fetched again. */
    BuildInputs inputs(ResolvedPackage of, BuildKey key, String version, List<StoredLayer> layers, StepRun run)
            throws RebuildException {
        FetchedSource source = source(of, run);
        if (!source.pin().sha256().equals(key.inputs().values().get("source"))) {
            throw changed("the source of " + of.name() + " ("
                    + of.spec().source().location().text() + ")");
        }
        Base base = base(of.base(), run);
        Optional<BaseProvider.DebLayer> debs =
                of.debs().isEmpty() ? Optional.empty() : Optional.of(debs(base, of.base(), of.debs(), run));
        return new BuildInputs(of, key, version, source, base, debs, layers, settings(of, key, run));
    }

    /** The files that its settings name, at their places; empty where they name none. */
    private Optional<StoredLayer> settings(ResolvedPackage of, BuildKey key, StepRun run) throws RebuildException {
        SettingInputs named = of.inputs();
        List<FetchedSource> found = new ArrayList<>();
        for (String place : named.files().keySet()) {
            FetchedSource source = sources.fetch(
                    named.source(place),
                    named.folder(),
                    Optional.empty(),
                    run.listener(),
                    run.id(),
                    run.cancellation());
            if (!source.pin().sha256().equals(key.inputs().values().get(SettingInputs.input(place)))) {
                throw changed(named.files().get(place) + ", which a setting of " + of.name() + " names,");
            }
            found.add(source);
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try {
            List<FileTree> trees = new ArrayList<>();
            for (String place : named.files().keySet()) {
                trees.add(placed(TreePath.of(place), found.get(trees.size())));
            }
            return Optional.of(cache.ingest(new OverlayTree(trees), run.cancellation()));
        } catch (StoreException e) {
            throw new RebuildException(
                    RebuildException.Kind.STORE,
                    "cannot store what the settings of " + of.name() + " name: " + e.getMessage(),
                    e);
        }
    }

    private FileTree placed(TreePath place, FetchedSource found) throws StoreException {
        FileTree files = cache.files(found.files());
        if (found.kind() == FetchedSource.Kind.TREE) {
            return new PlacedTree(place, files);
        }
        // A file lies in a folder of its own there, by whatever name it has; here it has its place's.
        FileTree alone = visitor -> files.visit(entry -> {
            TreePath path = entry.path().isRoot() ? TreePath.ROOT : TreePath.ROOT.child(place.name());
            visitor.entry(new FileEntry(path, entry.kind(), entry.metadata()));
        });
        return new PlacedTree(place.parent(), alone);
    }

    private static RebuildException changed(String what) {
        return new RebuildException(
                RebuildException.Kind.BUILD_FAILED, what + " changed while it was being built; build it again");
    }

    /** Of everything that building a package needs. */
    List<StoredLayer> layers(Resolution resolution, ResolvedPackage of, Keys keys) throws RebuildException {
        List<StoredLayer> layers = new ArrayList<>();
        for (ResolvedPackage needed : resolution.buildClosure(of.name())) {
            layers.add(packageLayer(needed.name(), keys));
        }
        return layers;
    }

    StoredLayer packageLayer(String name, Keys keys) throws RebuildException {
        BuildKey key = known(keys.ofPackage(name), name);
        return stored.layer(StoredResults.packageRef(name, key.digest()), key.digest())
                .orElseThrow(() -> gone("the layer of " + name + " (" + key.abbreviated() + ")"));
    }

    StoredLayer kernelLayer(StoreRef ref, BuildKey key) throws RebuildException {
        return stored.layer(ref, key.digest()).orElseThrow(() -> gone("the kernel " + ref));
    }

    ImageManifest image(PlannedStep.AssembleImage image) throws RebuildException {
        String name = image.resolution().root();
        return stored.image(name, known(image.key(), image.id()).digest())
                .orElseThrow(() -> gone("the image of " + name));
    }

    private RebuildException gone(String what) {
        return new RebuildException(
                RebuildException.Kind.STORE,
                what + " is not in the store " + cache.directory()
                        + " any more; run the command again, and if it says so again: sourceos store verify");
    }

    /** When all is pinned every step has its key. */
    static BuildKey known(Optional<BuildKey> key, String step) {
        return key.orElseThrow(() -> new IllegalStateException("no key for " + step + " though all is pinned"));
    }
}
