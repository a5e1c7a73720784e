package org.sourceos.rebuild;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.sourceos.config.lock.LockFile.SourcePin;
import org.sourceos.config.recipe.PackageSpec.SourceLocation;
import org.sourceos.config.recipe.PackageSpec.SourceSpec;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.tree.DirectoryTree;
import org.sourceos.gitstore.tree.Ownership;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.progress.StepListener;
import org.sourceos.rebuild.source.FetchedSource;
import org.sourceos.rebuild.source.SourceFetcher;

/** The network, replaced by a folder: {@code https://example.org/x} is its entry {@code x}. */
final class FoldersAsSources implements SourceFetcher {
    private final BuildCache cache;
    private final Path network;

    FoldersAsSources(BuildCache cache, Path network) {
        this.cache = cache;
        this.network = network;
    }

    @Override
    public FetchedSource fetch(
            SourceSpec source,
            Path recipeFolder,
            Optional<SourcePin> pin,
            StepListener listener,
            String step,
            Cancellation cancellation)
            throws RebuildException {
        return read(source, recipeFolder)
                .orElseThrow(() -> new RebuildException(
                        RebuildException.Kind.FETCH_FAILED,
                        "cannot reach " + source.location().text()));
    }

    @Override
    public Optional<FetchedSource> stored(SourceSpec source, Path recipeFolder, SourcePin pin) throws RebuildException {
        Optional<FetchedSource> found = read(source, recipeFolder);
        return source.location() instanceof SourceLocation.LocalPath
                ? found
                : found.filter(f -> f.pin().sha256().equals(pin.sha256()));
    }

    private Optional<FetchedSource> read(SourceSpec source, Path recipeFolder) throws RebuildException {
        Path folder = source.location() instanceof SourceLocation.LocalPath local
                ? recipeFolder.resolve(local.path())
                : network.resolve(source.location().text().replaceFirst("^.*/", ""));
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try {
            StoredLayer layer = cache.ingest(new DirectoryTree(folder, Ownership.ALL_ROOT), new Cancellation());
            return Optional.of(new FetchedSource(
                    new SourcePin(layer.digest().hex(), Optional.empty(), Optional.empty()),
                    layer,
                    FetchedSource.Kind.TREE));
        } catch (StoreException e) {
            throw new RebuildException(RebuildException.Kind.STORE, String.valueOf(e.getMessage()), e);
        }
    }
}
