package org.sourceos.rebuild.source;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.sourceos.config.lock.LockFile.SourcePin;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.Part;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredItem;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.ScratchFolder;

/**
 * Sources in the store: {@code refs/sources/<sha256>} with {@code source.json} (what it is) and {@code layer} (its files).
 * The same source gives the same tree, whenever it was fetched.
 */
final class SourceStore {
    private final BuildCache cache;
    private final Clock clock;

    SourceStore(BuildCache cache, Clock clock) {
        this.cache = cache;
        this.clock = clock;
    }

    private static StoreRef ref(String sha256) {
        return new StoreRef(StoreRef.Namespace.SOURCES, sha256);
    }

    Optional<FetchedSource> find(SourcePin pin, FetchedSource.Kind kind) throws RebuildException {
        try {
            Optional<StoredItem> item = cache.find(ref(pin.sha256()));
            if (item.isEmpty()) {
                return Optional.empty();
            }
            cache.use(item.get().ref());
            ObjectName tree = item.get().tree();
            Optional<ObjectName> layer = cache.subtree(tree, "layer");
            Optional<byte[]> description = cache.read(tree, "source.json");
            if (layer.isEmpty() || description.isEmpty()) {
                return Optional.empty();
            }
            JsonObject json = JsonParser.parseString(new String(description.get(), StandardCharsets.UTF_8))
                    .getAsJsonObject();
            // One content can be reached in two ways (a .dsc by its URL), and then its files differ.
            if (!json.has("kind") || !kind.name().equals(json.get("kind").getAsString())) {
                return Optional.empty();
            }
            SourcePin full = new SourcePin(
                    pin.sha256(),
                    pin.version().or(() -> text(json, "version")),
                    pin.exact().or(() -> text(json, "exact")));
            return Optional.of(new FetchedSource(full, cache.layer(layer.get()), kind));
        } catch (JsonParseException | IllegalStateException e) {
            // Not written by us, or by a newer version: fetched again.
            return Optional.empty();
        } catch (StoreException e) {
            throw storeFailed("cannot read the source " + pin.sha256(), e);
        }
    }

    private static Optional<String> text(JsonObject json, String name) {
        return json.has(name) ? Optional.of(json.get(name).getAsString()) : Optional.empty();
    }

    StoredLayer ingest(String location, FileTree files, Cancellation cancellation) throws RebuildException {
        try {
            return cache.ingestCompressed(files, cancellation);
        } catch (StoreException e) {
            throw storeFailed("cannot store the source " + location, e);
        }
    }

    /** As {@link #ingest}, of files in a folder of the user's, which will be stored again. */
    StoredLayer ingestFolder(String location, Path folder, FileTree files, Cancellation cancellation)
            throws RebuildException {
        try {
            return cache.ingestFolderCompressed(folder, files, cancellation);
        } catch (StoreException e) {
            throw storeFailed("cannot store the source " + location, e);
        }
    }

    FetchedSource publish(String location, SourcePin pin, FetchedSource.Kind kind, StoredLayer layer)
            throws RebuildException {
        JsonObject json = new JsonObject();
        json.addProperty("schema", 1);
        json.addProperty("location", location);
        json.addProperty("kind", kind.name());
        json.addProperty("sha256", pin.sha256());
        pin.version().ifPresent(v -> json.addProperty("version", v));
        pin.exact().ifPresent(e -> json.addProperty("exact", e));
        String text = new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(json) + "\n";
        String title =
                "Source " + location + pin.exact().map(e -> " (" + e + ")").orElse("");
        try {
            cache.publish(
                    ref(pin.sha256()),
                    Map.of(
                            "source.json",
                            new Part.Document(text.getBytes(StandardCharsets.UTF_8)),
                            "layer",
                            new Part.Tree(layer.tree())),
                    title + "\n\nSHA-256 " + pin.sha256() + "\n",
                    clock.instant());
        } catch (StoreException e) {
            throw storeFailed("cannot store the source " + location, e);
        }
        return new FetchedSource(pin, layer, kind);
    }

    static RebuildException storeFailed(String what, StoreException cause) {
        return new RebuildException(RebuildException.Kind.STORE, what + ": " + cause.getMessage(), cause);
    }

    /** Something done with a folder that is gone afterwards, however it ends. */
    @FunctionalInterface
    interface InFolder<T> {
        T run(Path folder) throws RebuildException, IOException;
    }

    <T> T inTemporaryFolder(String what, Cancellation cancellation, InFolder<T> action) throws RebuildException {
        try (ScratchFolder scratch = ScratchFolder.in(cache.directory(), cancellation)) {
            return action.run(scratch.path());
        } catch (IOException e) {
            cancellation.throwIfCancelled();
            throw new RebuildException(RebuildException.Kind.STORE, what + ": " + e.getMessage(), e);
        }
    }
}
