package org.sourceos.rebuild.base;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.base.BaseSpec;
import org.sourceos.config.debian.SourceEntry;
import org.sourceos.config.lock.LockFile;
import org.sourceos.config.lock.LockFile.BasePin;
import org.sourceos.config.lock.LockFile.DebPin;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.Part;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredItem;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.tree.TarTree;
import org.sourceos.host.Cancellation;
import org.sourceos.host.FileLock;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.RebuildException.Kind;
import org.sourceos.rebuild.ScratchFolder;
import org.sourceos.rebuild.apt.AptState;
import org.sourceos.rebuild.progress.StepListener;

/**
 * Bases made with {@code mmdebstrap} and layers of binary packages, both from the Debian releases among the machine's apt
 * sources. A base is kept as {@code refs/layers/<name>-<digest>}, a layer of packages as {@code refs/layers/debs-<key>};
 * each with {@code layer} and {@code packages.json}.
 */
public final class DebianBaseProvider implements BaseProvider {
    private static final int CHANGES_SHOWN = 20;

    private final BuildCache cache;
    private final AptState apt;
    private final Path directory;
    private final ProcessRunner runner;
    private final Clock clock;

    /**
     * @param apt a state of all the machine's sources
     * @param directory for the private apt states of bases; made when missing
     */
    public DebianBaseProvider(BuildCache cache, AptState apt, Path directory, ProcessRunner runner, Clock clock) {
        this.cache = cache;
        this.apt = apt;
        this.directory = directory;
        this.runner = runner;
        this.clock = clock;
    }

    private static StoreRef ref(String name, String digest) {
        return new StoreRef(StoreRef.Namespace.LAYERS, name + "-" + digest.substring(0, 12));
    }

    @Override
    public Base obtain(
            BaseSpec spec, Optional<BasePin> pin, StepListener listener, String step, Cancellation cancellation)
            throws RebuildException {
        if (pin.isPresent()) {
            checkComplete(spec, pin.get());
            Optional<Base> stored = stored(spec, pin.get());
            if (stored.isPresent()) {
                return stored.get();
            }
        }
        String what = "cannot make the base " + spec.name();
        return inTemporaryFolder(what, cancellation, folder -> {
            // Two commands that want the same base: the second finds what the first made.
            Files.createDirectories(directory);
            try (FileLock lock = FileLock.acquire(
                    directory.resolve(spec.name() + ".lock"),
                    cancellation,
                    pid -> listener.warning("waiting for process " + pid + ", which makes the base " + spec.name()))) {
                Optional<Base> made = pin.isPresent() ? stored(spec, pin.get()) : Optional.empty();
                return made.isPresent() ? made.get() : make(spec, pin, folder, listener, step, cancellation);
            }
        });
    }

    private static void checkComplete(BaseSpec spec, BasePin pin) throws RebuildException {
        SortedMap<String, String> locked = PackageList.of(pin.packages()).versions();
        List<String> missing = spec.packages().stream()
                .filter(name -> !locked.containsKey(name))
                .toList();
        if (!missing.isEmpty()) {
            throw new RebuildException(
                    Kind.UNUSABLE,
                    "the base " + spec.name() + " is locked to one without " + String.join(", ", missing)
                            + ", which its base.toml asks for now; `sourceos lock --update " + spec.name()
                            + "` makes it anew");
        }
    }

    private Base make(
            BaseSpec spec,
            Optional<BasePin> pin,
            Path folder,
            StepListener listener,
            String step,
            Cancellation cancellation)
            throws RebuildException, IOException {
        List<SourceEntry> sources =
                SuiteSources.find("the base " + spec.name(), spec.suite(), apt, listener, step, cancellation);
        Path archive = new BaseMaker(runner)
                .make(spec, sources, apt.settings(listener, cancellation), folder, listener, step, cancellation);
        BaseFiles files = new BaseFiles(TarTree.of(archive));
        StoredLayer layer;
        try {
            layer = cache.ingest(files, cancellation);
        } catch (StoreException e) {
            throw storeFailed("cannot store the base " + spec.name(), e);
        }
        PackageList packages = files.packages();
        BasePin actual = new BasePin(layer.digest().hex(), packages.toList());
        if (pin.isPresent() && !pin.get().sha256().equals(actual.sha256())) {
            throw changed(spec, pin.get(), actual);
        }
        publish(
                ref(spec.name(), actual.sha256()),
                layer,
                packages.toJson(),
                "Base " + spec.name() + " (Debian " + spec.suite() + ", "
                        + packages.versions().size() + " packages)\n\nSHA-256 " + actual.sha256() + "\n");
        return new Base(spec.name(), actual, layer);
    }

    private static RebuildException changed(BaseSpec spec, BasePin pin, BasePin actual) {
        List<String> changes = PackageList.of(pin.packages()).changesTo(PackageList.of(actual.packages()));
        StringBuilder text = new StringBuilder("the base " + spec.name()
                + " cannot be made as it is locked: the machine's apt sources have moved on\n  locked SHA-256 "
                + pin.sha256() + "\n  made   SHA-256 " + actual.sha256());
        changes.stream()
                .limit(CHANGES_SHOWN)
                .forEach(change -> text.append("\n  ").append(change));
        if (changes.size() > CHANGES_SHOWN) {
            text.append("\n  … and ").append(changes.size() - CHANGES_SHOWN).append(" more");
        }
        if (changes.isEmpty()) {
            text.append("\n  (the same packages in the same versions, with other content)");
        }
        text.append("\n`sourceos lock --update ")
                .append(spec.name())
                .append(
                        "` takes the new base (what is built with it is built anew); a store or a copy of one that still"
                                + " has the locked base, or a snapshot.debian.org source, keeps the old");
        return new RebuildException(Kind.HASH_MISMATCH, text.toString());
    }

    @Override
    public Optional<Base> stored(BaseSpec spec, BasePin pin) throws RebuildException {
        return layer(ref(spec.name(), pin.sha256()))
                .filter(layer -> layer.digest().hex().equals(pin.sha256()))
                .map(layer -> new Base(spec.name(), pin, layer));
    }

    private Optional<StoredLayer> layer(StoreRef ref) throws RebuildException {
        try {
            Optional<StoredItem> item = cache.find(ref);
            Optional<ObjectName> tree =
                    item.isPresent() ? cache.subtree(item.get().tree(), "layer") : Optional.empty();
            if (tree.isEmpty()) {
                return Optional.empty();
            }
            cache.use(ref);
            return Optional.of(cache.layer(tree.get()));
        } catch (StoreException e) {
            throw storeFailed("cannot read " + ref + " from the store", e);
        }
    }

    private void publish(StoreRef ref, StoredLayer layer, JsonElement packages, String message)
            throws RebuildException {
        String json = new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(packages) + "\n";
        try {
            cache.publish(
                    ref,
                    Map.of(
                            "layer",
                            new Part.Tree(layer.tree()),
                            "packages.json",
                            new Part.Document(json.getBytes(StandardCharsets.UTF_8))),
                    message,
                    clock.instant());
        } catch (StoreException e) {
            throw storeFailed("cannot store " + ref, e);
        }
    }

    @Override
    public DebLayer debs(
            Base base,
            BaseSpec spec,
            List<String> packages,
            LockFile lock,
            StepListener listener,
            String step,
            Cancellation cancellation)
            throws RebuildException {
        Optional<DebLayer> stored = storedDebs(base, packages, lock);
        if (stored.isPresent()) {
            return stored.get();
        }
        List<String> beyond = beyondBase(base, packages);
        boolean mergedUsr = hasMergedUsr(base);
        String what = "cannot add Debian packages to the base " + base.name();
        if (beyond.isEmpty()) {
            return store(what, base, List.of(), new TreeMap<>(), mergedUsr, cancellation);
        }
        SortedMap<String, DebPin> locked = DebPins.reachable(base.name(), beyond, lock);
        List<String> arguments = new ArrayList<>();
        for (String name : beyond) {
            if (!locked.containsKey(DebPins.key(base.name(), name))) {
                arguments.add(name);
            }
        }
        locked.forEach((key, pin) -> arguments.add(DebPins.name(base.name(), key) + "=" + pin.version()));
        AptState state = stateOf(base, spec, listener, step, cancellation);
        return inTemporaryFolder(what, cancellation, folder -> {
            Path archives = Files.createDirectory(folder.resolve("archives"));
            List<DebFile> debs = new ArrayList<>();
            Map<String, String> hashes = new TreeMap<>();
            for (Path file : state.downloadPackages(arguments, archives, listener, step, cancellation)) {
                cancellation.throwIfCancelled();
                DebFile deb = DebFile.open(file, Files.createDirectory(folder.resolve("deb" + debs.size())));
                hashes.put(deb.name(), verified(base, deb, file, lock));
                debs.add(deb);
            }
            debs.sort(Comparator.comparing(DebFile::name));
            SortedMap<String, DebPin> pins = DebPins.of(base.name(), beyond, debs, hashes);
            return store(what, base, debs, pins, mergedUsr, cancellation);
        });
    }

    private DebLayer store(
            String what,
            Base base,
            List<DebFile> debs,
            SortedMap<String, DebPin> pins,
            boolean mergedUsr,
            Cancellation cancellation)
            throws RebuildException {
        StoredLayer layer;
        try {
            layer = cache.ingest(new DebFiles(debs, mergedUsr), cancellation);
        } catch (StoreException e) {
            throw storeFailed(what, e);
        }
        SortedMap<String, String> versions = new TreeMap<>();
        pins.forEach((key, pin) -> versions.put(DebPins.name(base.name(), key), pin.version()));
        PackageList list = new PackageList(versions);
        publish(
                ref("debs", DebPins.layerKey(pins, mergedUsr).hex()),
                layer,
                list.toJson(),
                "Debian packages over " + base.name() + ": " + String.join(", ", versions.keySet()) + "\n\n"
                        + String.join("\n", list.toList()) + "\n");
        return new DebLayer(layer, pins);
    }

    private static String verified(Base base, DebFile deb, Path file, LockFile lock)
            throws RebuildException, IOException {
        String actual = Digest.ofFile(file).hex();
        DebPin pin = lock.debs().get(DebPins.key(base.name(), deb.name()));
        if (pin != null && pin.version().equals(deb.version()) && !pin.sha256().equals(actual)) {
            throw new RebuildException(
                    Kind.HASH_MISMATCH,
                    "the Debian package " + deb.name() + " " + deb.version()
                            + " is not the one that was locked; nothing was stored\n  locked  SHA-256 " + pin.sha256()
                            + "\n  fetched SHA-256 " + actual
                            + "\none version of a Debian package never changes, so find out which archive gave this one;"
                            + " `sourceos lock --update " + deb.name() + "` takes it");
        }
        return actual;
    }

    private AptState stateOf(Base base, BaseSpec spec, StepListener listener, String step, Cancellation cancellation)
            throws RebuildException {
        List<SourceEntry> sources =
                SuiteSources.find("the base " + spec.name(), spec.suite(), apt, listener, step, cancellation);
        Optional<byte[]> status;
        try {
            status = cache.read(base.layer().tree(), "root/var/lib/dpkg/status");
        } catch (StoreException e) {
            throw storeFailed("cannot read the package list of the base " + base.name(), e);
        }
        return AptState.ofSources(
                directory.resolve(base.name()), apt.host(), sources, status.orElse(new byte[0]), runner, clock);
    }

    @Override
    public Optional<DebLayer> storedDebs(Base base, List<String> packages, LockFile lock) throws RebuildException {
        Optional<SortedMap<String, DebPin>> pins = DebPins.complete(base.name(), beyondBase(base, packages), lock);
        if (pins.isEmpty()) {
            return Optional.empty();
        }
        Digest key = DebPins.layerKey(pins.get(), hasMergedUsr(base));
        return layer(ref("debs", key.hex())).map(layer -> new DebLayer(layer, pins.get()));
    }

    private static List<String> beyondBase(Base base, List<String> packages) {
        SortedMap<String, String> installed =
                PackageList.of(base.pin().packages()).versions();
        return packages.stream()
                .filter(name -> !installed.containsKey(name))
                .distinct()
                .sorted()
                .toList();
    }

    private boolean hasMergedUsr(Base base) throws RebuildException {
        try {
            return cache.subtree(base.layer().tree(), "root/lib").isEmpty();
        } catch (StoreException e) {
            throw storeFailed("cannot read the base " + base.name(), e);
        }
    }

    private static RebuildException storeFailed(String what, StoreException cause) {
        return new RebuildException(Kind.STORE, what + ": " + cause.getMessage(), cause);
    }

    /** Something done with a folder that is gone afterwards, however it ends. */
    @FunctionalInterface
    private interface InFolder<T> {
        T run(Path folder) throws RebuildException, IOException;
    }

    private <T> T inTemporaryFolder(String what, Cancellation cancellation, InFolder<T> action)
            throws RebuildException {
        try (ScratchFolder scratch = ScratchFolder.in(cache.directory(), cancellation)) {
            return action.run(scratch.path());
        } catch (IOException e) {
            cancellation.throwIfCancelled();
            throw new RebuildException(Kind.STORE, what + ": " + e.getMessage(), e);
        }
    }
}
