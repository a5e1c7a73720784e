package org.sourceos.rebuild.plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.sourceos.config.lock.LockFile;
import org.sourceos.config.recipe.PackageSpec.BuildSpec;
import org.sourceos.config.recipe.PackageSpec.RuntimeSpec;
import org.sourceos.gitstore.Digest;
import org.sourceos.rebuild.RebuildException;

/** Computes the keys of one resolution's steps from what the lock pins; a key with an input missing is empty. */
public final class Keys {
    private final Resolution resolution;
    private final LockFile lock;
    private final Map<String, LockFile.SourcePin> localPins;
    private final SortedMap<String, String> settingFiles;
    private final String architecture;
    private final Map<String, Optional<BuildKey>> packages = new LinkedHashMap<>();

    /**
     * @param localPins the pins of sources that are not locked, by package
     * @param settingFiles the digests of what the root's settings name, by its place
     */
    Keys(
            Resolution resolution,
            LockFile lock,
            Map<String, LockFile.SourcePin> localPins,
            SortedMap<String, String> settingFiles,
            String architecture) {
        this.resolution = resolution;
        this.lock = lock;
        this.localPins = localPins;
        this.settingFiles = settingFiles;
        this.architecture = architecture;
    }

    LockFile lock() {
        return lock;
    }

    Optional<LockFile.SourcePin> source(ResolvedPackage resolved) {
        LockFile.SourcePin local = localPins.get(resolved.name());
        return local != null
                ? Optional.of(local)
                : Optional.ofNullable(
                        lock.sources().get(resolved.spec().source().location().text()));
    }

    Optional<LockFile.BasePin> base(ResolvedPackage resolved) {
        return Optional.ofNullable(lock.bases().get(resolved.base().name()));
    }

    /**
     * The pins of the packages and of all that they need beyond the base; empty when one is not locked. What the base has
     * itself needs no pin: the base's own digest stands for it.
     */
    Optional<SortedMap<String, LockFile.DebPin>> debs(ResolvedPackage resolved) {
        SortedMap<String, LockFile.DebPin> closure = new TreeMap<>();
        List<String> open = new ArrayList<>();
        Set<String> inBase = base(resolved).stream()
                .flatMap(pin -> pin.packages().stream())
                .map(installed -> installed.split("=", 2)[0])
                .collect(Collectors.toSet());
        resolved.debs().stream()
                .filter(name -> !inBase.contains(name))
                .forEach(name -> open.add(resolved.base().name() + ":" + name));
        while (!open.isEmpty()) {
            String key = open.remove(open.size() - 1);
            if (closure.containsKey(key)) {
                continue;
            }
            LockFile.DebPin pin = lock.debs().get(key);
            if (pin == null) {
                return Optional.empty();
            }
            closure.put(key, pin);
            open.addAll(pin.requires());
        }
        return Optional.of(closure);
    }

    /** The recipe's version, or what the source says it is. */
    public Optional<String> version(ResolvedPackage resolved) {
        return resolved.spec().version().or(() -> source(resolved).flatMap(LockFile.SourcePin::version));
    }

    public Optional<BuildKey> ofPackage(String name) throws RebuildException {
        Optional<BuildKey> known = packages.get(name);
        if (known == null) {
            known = computePackage(resolution.named(name));
            packages.put(name, known);
        }
        return known;
    }

    private Optional<BuildKey> computePackage(ResolvedPackage resolved) throws RebuildException {
        Map<String, String> inputs = new LinkedHashMap<>();
        if (!addBuild(resolved, inputs)) {
            return Optional.empty();
        }
        inputs.put("features", String.join(" ", resolved.features()));
        resolved.settings().forEach((name, value) -> inputs.put("setting " + name, value));
        for (String place : resolved.inputs().files().keySet()) {
            String digest = settingFiles.get(place);
            if (digest == null) {
                throw new IllegalStateException("not looked at: " + place);
            }
            inputs.put(SettingInputs.input(place), digest);
        }
        List<String> needed = new ArrayList<>(resolved.dependencies());
        needed.addAll(resolved.tools());
        for (String dependency : needed) {
            Optional<BuildKey> key = ofPackage(dependency);
            if (key.isEmpty()) {
                return Optional.empty();
            }
            inputs.put("dependency " + dependency, key.get().digest().hex());
        }
        return Optional.of(BuildKey.of(new KeyInputs(inputs)));
    }

    public Optional<BuildKey> ofKernel() throws RebuildException {
        Map<String, String> inputs = new LinkedHashMap<>();
        if (!addBuild(resolution.kernel(), inputs)) {
            return Optional.empty();
        }
        resolution.kernelOptions().forEach(inputs::put);
        return Optional.of(BuildKey.of(new KeyInputs(inputs)));
    }

    public Optional<BuildKey> ofImage() throws RebuildException {
        ResolvedPackage root = resolution.rootPackage();
        Optional<BuildKey> kernel = ofKernel();
        Optional<String> version = version(root);
        Optional<LockFile.BasePin> base = base(root);
        if (kernel.isEmpty() || version.isEmpty() || base.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put("builder", BuildKey.BUILDER_VERSION);
        inputs.put("architecture", architecture);
        inputs.put("name", root.name());
        inputs.put("version", version.get());
        List<ResolvedPackage> layers = new ArrayList<>(List.of(root));
        layers.addAll(resolution.runtimeClosure(root.name()));
        for (ResolvedPackage layer : layers) {
            Optional<BuildKey> key = ofPackage(layer.name());
            if (key.isEmpty()) {
                return Optional.empty();
            }
            inputs.put("layer " + layer.name(), key.get().digest().hex());
        }
        inputs.put("base", base.get().sha256());
        inputs.put("kernel", kernel.get().digest().hex());
        inputs.put("kernel features", String.join(" ", resolution.kernelFeatures()));
        addRuntime(root.spec().runtime(), inputs);
        return Optional.of(BuildKey.of(new KeyInputs(inputs)));
    }

    private static void addRuntime(RuntimeSpec runtime, Map<String, String> inputs) {
        inputs.put("command", lines(runtime.command()));
        runtime.environment().forEach((name, value) -> inputs.put("environment " + name, value));
        inputs.put("network", runtime.network());
        inputs.put("devices", lines(runtime.devices()));
        inputs.put("memory", Integer.toString(runtime.memoryMib()));
        inputs.put("cpus", Integer.toString(runtime.cpus()));
        inputs.put("filesystem", runtime.filesystem());
        inputs.put("files", runtime.files());
        // Nothing where there is none: the images of recipes without one keep their keys.
        runtime.ready().ifPresent(ready -> inputs.put("ready", ready.toString()));
        inputs.put("include", lines(runtime.include()));
        inputs.put("exclude", lines(runtime.exclude()));
        inputs.put("locales", lines(runtime.locales()));
        inputs.put("terminfo", lines(runtime.terminfo()));
        inputs.put("certificates", Boolean.toString(runtime.certificates()));
        runtime.limits().forEach((name, value) -> inputs.put("limit " + name, value));
    }

    /** Elements end with a newline each, so that no two lists give the same text (none of ours holds one). */
    private static String lines(List<String> values) {
        StringBuilder text = new StringBuilder();
        values.forEach(value -> text.append(value).append('\n'));
        return text.toString();
    }

    private boolean addBuild(ResolvedPackage resolved, Map<String, String> inputs) throws RebuildException {
        Optional<LockFile.SourcePin> source = source(resolved);
        Optional<LockFile.BasePin> base = base(resolved);
        Optional<SortedMap<String, LockFile.DebPin>> debs = debs(resolved);
        Optional<String> version = version(resolved);
        if (source.isEmpty() || base.isEmpty() || debs.isEmpty() || version.isEmpty()) {
            return false;
        }
        BuildSpec build = resolved.spec().build();
        inputs.put("builder", BuildKey.BUILDER_VERSION);
        inputs.put("architecture", architecture);
        inputs.put("name", resolved.name());
        inputs.put("version", version.get());
        inputs.put("source", source.get().sha256());
        int number = 1;
        for (Path patch : resolved.patches()) {
            inputs.put("patch " + number++, digestOf(patch));
        }
        build.directory().ifPresent(directory -> inputs.put("directory", directory));
        inputs.put("script", build.script());
        build.rules().ifPresent(rules -> inputs.put("debian rules", lines(rules.binaries())));
        build.check().ifPresent(check -> inputs.put("check", check));
        build.install().ifPresent(install -> inputs.put("install", install));
        build.environment().forEach((name, value) -> inputs.put("environment " + name, value));
        inputs.put("base", base.get().sha256());
        debs.get().forEach((name, pin) -> inputs.put("deb " + name, pin.version() + " " + pin.sha256()));
        return true;
    }

    private static String digestOf(Path patch) throws RebuildException {
        try {
            return Digest.of(Files.readAllBytes(patch)).hex();
        } catch (IOException e) {
            throw new RebuildException(RebuildException.Kind.UNUSABLE, "cannot read the patch " + patch + ": " + e, e);
        }
    }
}
