package org.sourceos.rebuild.build;

import java.util.List;
import java.util.Optional;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.rebuild.base.Base;
import org.sourceos.rebuild.base.BaseProvider;
import org.sourceos.rebuild.plan.BuildKey;
import org.sourceos.rebuild.plan.ResolvedPackage;
import org.sourceos.rebuild.source.FetchedSource;

/**
 * Everything that one build takes, all of it in the store.
 *
 * @param layers of packages, to be laid over the base, nearest dependency first
 * @param settings the files that its settings name, at their places: for the build, and in what it makes
 */
public record BuildInputs(
        ResolvedPackage of,
        BuildKey key,
        String version,
        FetchedSource source,
        Base base,
        Optional<BaseProvider.DebLayer> debs,
        List<StoredLayer> layers,
        Optional<StoredLayer> settings) {
    public BuildInputs {
        layers = List.copyOf(layers);
    }

    /** What the sandbox's root is made of, topmost first. */
    List<StoredLayer> root() {
        List<StoredLayer> all = new java.util.ArrayList<>();
        settings.ifPresent(all::add);
        all.addAll(layers);
        debs.ifPresent(debLayer -> all.add(debLayer.layer()));
        all.add(base.layer());
        return all;
    }
}
