package org.sourceos.rebuild.plan;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredItem;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.rebuild.RebuildException;

/**
 * Finds in the store what earlier builds made, by key. A ref shows only the key's first digits; the whole key stands in
 * {@code provenance.json} ({@code manifest.json} for an image), and what has another one is a miss.
 */
public final class StoredResults {
    private static final String PROVENANCE = "provenance.json";
    private static final String MANIFEST = "manifest.json";
    private static final int ABBREVIATED = 12;

    private final BuildCache cache;

    public StoredResults(BuildCache cache) {
        this.cache = cache;
    }

    /** Under which name a package's layer is kept. */
    public static StoreRef packageRef(String name, Digest key) {
        return new StoreRef(StoreRef.Namespace.LAYERS, name + "-" + key.abbreviated());
    }

    /** Under which name a kernel is kept: {@code 6.1.192-minimal-net-<key>}. */
    public static StoreRef kernelRef(String version, Iterable<String> features, Digest key) {
        StringBuilder name = new StringBuilder("minimal");
        features.forEach(feature -> name.append('-').append(feature.toLowerCase(java.util.Locale.ROOT)));
        // The key tells kernels apart; the features are there for the reader, and a file name has at most 255 bytes.
        String shown = name.length() > 100 ? name.substring(0, 100) : name.toString();
        return new StoreRef(StoreRef.Namespace.KERNELS, clean(version) + "-" + shown + "-" + key.abbreviated());
    }

    public static StoreRef imageRef(String name, Digest key) {
        return new StoreRef(StoreRef.Namespace.VMS, name + "-" + key.abbreviated());
    }

    /** A version may hold what a ref must not ({@code 2:1.0~rc1}). */
    private static String clean(String version) {
        return version.replaceAll("[^A-Za-z0-9+.]", "_")
                .replaceAll("\\.{2,}", ".")
                .replaceAll("^[^A-Za-z0-9]", "v$0");
    }

    /** The layer of a package or kernel, if it was built with exactly that key. */
    public Optional<StoredLayer> layer(StoreRef ref, Digest key) throws RebuildException {
        try {
            Optional<StoredItem> item = cache.find(ref);
            if (item.isEmpty()
                    || !provenanceKey(item.get().tree())
                            .filter(key.hex()::equals)
                            .isPresent()) {
                return Optional.empty();
            }
            cache.use(ref);
            Optional<ObjectName> tree = cache.subtree(item.get().tree(), "layer");
            return tree.isPresent() ? Optional.of(cache.layer(tree.get())) : Optional.empty();
        } catch (StoreException e) {
            throw failed(e);
        }
    }

    /** Whether a result with exactly that key is there. */
    boolean has(StoreRef ref, Digest key) throws RebuildException {
        return provenance(ref)
                .map(json -> json.get("key"))
                .filter(JsonElement::isJsonPrimitive)
                .map(JsonElement::getAsString)
                .filter(key.hex()::equals)
                .isPresent();
    }

    /** {@code provenance.json} of what a ref points to. */
    public Optional<JsonObject> provenance(StoreRef ref) throws RebuildException {
        try {
            Optional<StoredItem> item = cache.find(ref);
            return item.isPresent() ? document(item.get().tree()) : Optional.empty();
        } catch (StoreException e) {
            throw failed(e);
        }
    }

    public Optional<ImageManifest> image(String name, Digest key) throws RebuildException {
        try {
            Optional<StoredItem> item = cache.find(imageRef(name, key));
            Optional<byte[]> text = item.isPresent() ? cache.read(item.get().tree(), MANIFEST) : Optional.empty();
            if (text.isPresent()) {
                cache.use(imageRef(name, key));
            }
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(ImageManifest.fromJson(new String(text.get(), StandardCharsets.UTF_8)))
                            .filter(manifest -> manifest.key().equals(key));
        } catch (StoreException e) {
            throw failed(e);
        }
    }

    /** The inputs of the key of the latest build of that kind and name, whatever its key. */
    public Optional<KeyInputs> latestInputs(StoreRef ref, Predicate<KeyInputs> sameThing) throws RebuildException {
        String exact = ref.name();
        String prefix = exact.substring(0, exact.length() - ABBREVIATED);
        try {
            return cache.list(ref.namespace()).stream()
                    .filter(item -> ref.namespace() == StoreRef.Namespace.KERNELS
                            || (item.ref().name().startsWith(prefix)
                                    && item.ref().name().length() == exact.length()))
                    .sorted(Comparator.comparing(StoredItem::madeAt).reversed())
                    .map(item -> inputs(item.tree()))
                    .flatMap(Optional::stream)
                    .filter(sameThing)
                    .findFirst();
        } catch (StoreException e) {
            throw failed(e);
        }
    }

    private Optional<KeyInputs> inputs(ObjectName tree) {
        try {
            return document(tree).flatMap(json -> KeyInputs.of(json.get("inputs")));
        } catch (StoreException e) {
            return Optional.empty();
        }
    }

    private Optional<String> provenanceKey(ObjectName tree) throws StoreException {
        return document(tree)
                .map(json -> json.get("key"))
                .filter(JsonElement::isJsonPrimitive)
                .map(JsonElement::getAsString);
    }

    private Optional<JsonObject> document(ObjectName tree) throws StoreException {
        Optional<byte[]> text = cache.read(tree, PROVENANCE);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonElement json = JsonParser.parseString(new String(text.get(), StandardCharsets.UTF_8));
            return json.isJsonObject() ? Optional.of(json.getAsJsonObject()) : Optional.empty();
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }

    private static RebuildException failed(StoreException e) {
        return new RebuildException(RebuildException.Kind.STORE, String.valueOf(e.getMessage()), e);
    }
}
