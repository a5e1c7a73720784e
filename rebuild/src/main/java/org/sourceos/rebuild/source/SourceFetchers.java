package org.sourceos.rebuild.source;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.sourceos.config.lock.LockFile.SourcePin;
import org.sourceos.config.recipe.PackageSpec.SourceLocation;
import org.sourceos.config.recipe.PackageSpec.SourceSpec;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.apt.AptState;
import org.sourceos.rebuild.progress.StepListener;

/** Fetches every kind of source, each its own way. Tells the listener of output and progress; the step is the caller's. */
public final class SourceFetchers implements SourceFetcher {
    private final SourceStore store;
    private final UrlFetcher urls;
    private final DebianFetcher debian;
    private final GitFetcher git;
    private final PathFetcher paths;

    /** @param environment the user's, of which git gets what it needs to reach servers */
    public SourceFetchers(
            BuildCache cache,
            AptState apt,
            NetworkSettings network,
            Map<String, String> environment,
            ProcessRunner runner,
            Clock clock) {
        store = new SourceStore(cache, clock);
        urls = new UrlFetcher(store, network);
        debian = new DebianFetcher(store, apt);
        git = new GitFetcher(store, runner, environment);
        paths = new PathFetcher(store);
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
        String text = source.location().text();
        if (source.location() instanceof SourceLocation.LocalPath local) {
            return paths.read(
                    local, new FetchRequest(text, recipeFolder, pin, source.sha256(), listener, step, cancellation));
        }
        agree(text, source, pin);
        // A recipe's own hash finds what another recipe, or a lock that is gone, had fetched before.
        Optional<SourcePin> known =
                pin.or(() -> source.sha256().map(sha256 -> new SourcePin(sha256, Optional.empty(), Optional.empty())));
        if (known.isPresent()) {
            Optional<FetchedSource> stored = store.find(known.get(), kind(source.location()));
            if (stored.isPresent()) {
                return stored.get();
            }
        }
        FetchRequest request = new FetchRequest(text, recipeFolder, pin, source.sha256(), listener, step, cancellation);
        if (source.location() instanceof SourceLocation.Url url) {
            return urls.fetch(url.url(), request);
        }
        if (source.location() instanceof SourceLocation.Debian location) {
            return debian.fetch(location, request);
        }
        if (source.location() instanceof SourceLocation.Git location) {
            return git.fetch(location, request);
        }
        throw new IllegalArgumentException("a new kind of source: " + source.location());
    }

    private static void agree(String text, SourceSpec source, Optional<SourcePin> pin) throws RebuildException {
        if (source.sha256().isPresent()
                && pin.isPresent()
                && !pin.get().sha256().equals(source.sha256().get())) {
            throw new RebuildException(
                    RebuildException.Kind.HASH_MISMATCH,
                    source.position() + ": the recipe's `sha256` of " + text
                            + " is not the locked one\n  recipe        "
                            + source.sha256().get() + "\n  sourceos.lock "
                            + pin.get().sha256()
                            + "\nif the recipe was changed on purpose, run `sourceos lock --update`");
        }
    }

    @Override
    public Optional<FetchedSource> stored(SourceSpec source, Path recipeFolder, SourcePin pin) throws RebuildException {
        if (source.location() instanceof SourceLocation.LocalPath local) {
            return paths.stored(local, recipeFolder, source);
        }
        if (source.sha256().map(sha256 -> !sha256.equals(pin.sha256())).orElse(false)) {
            return Optional.empty();
        }
        return store.find(pin, kind(source.location()));
    }

    private static FetchedSource.Kind kind(SourceLocation location) {
        if (location instanceof SourceLocation.Url) {
            return FetchedSource.Kind.FILE;
        }
        return location instanceof SourceLocation.Debian ? FetchedSource.Kind.DEBIAN : FetchedSource.Kind.TREE;
    }
}
