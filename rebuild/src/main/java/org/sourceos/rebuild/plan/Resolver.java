package org.sourceos.rebuild.plan;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.config.ConfigException;
import org.sourceos.config.base.BaseSpec;
import org.sourceos.config.kernel.KernelFragment;
import org.sourceos.config.recipe.PackageSpec;
import org.sourceos.config.recipe.PackageSpec.BuildSpec;
import org.sourceos.config.recipe.PackageSpec.DependencySpec;
import org.sourceos.config.recipe.PackageSpec.FeatureSpec;
import org.sourceos.config.recipe.PackageSpec.Located;
import org.sourceos.rebuild.RebuildException;

/**
 * From a request to a {@link Resolution}: reads recipes and nothing else. What can be found wrong without network is found
 * here, all of it at once.
 */
final class Resolver {
    /** What a machine with a network needs of its kernel, whether or not the recipe says so. */
    private static final String NETWORK_FEATURE = "NET";

    private static final String DEBIAN = "debian:";

    private final Catalogue catalogue;
    private final HostRelease host;
    private final String kernelName;

    Resolver(Catalogue catalogue, HostRelease host, String kernelName) {
        this.catalogue = catalogue;
        this.host = host;
        this.kernelName = kernelName;
    }

    Resolution resolve(Request request) throws RebuildException {
        return new Attempt(request).resolve();
    }

    /** A resolution of which only the kernel counts: it has no packages. */
    Resolution resolve(KernelRequest request) throws RebuildException {
        return new Attempt(Request.of(kernelName)).resolve(request);
    }

    /** The state of resolving one request. */
    private final class Attempt {
        private final Set<String> problems = new LinkedHashSet<>();
        private final Map<String, Recipe> recipes = new LinkedHashMap<>();
        private final Set<String> missing = new LinkedHashSet<>();
        private final Map<String, SortedSet<String>> asked = new LinkedHashMap<>();
        private final Request request;

        Attempt(Request request) {
            this.request = request;
        }

        Resolution resolve() throws RebuildException {
            Recipe root = catalogue.recipe(request.name());
            if (root.spec().build().kind() == BuildSpec.Kind.KERNEL) {
                throw unusable(request.name() + " is the recipe of a kernel, which every image contains; "
                        + "name a program instead");
            }
            recipes.put(request.name(), root);
            ask(root, request.features(), "the request");
            boolean changed = true;
            while (changed) {
                changed = false;
                for (Recipe recipe : List.copyOf(recipes.values())) {
                    changed |= follow(recipe);
                }
            }
            List<String> order = new ArrayList<>();
            sort(request.name(), new ArrayList<>(), new LinkedHashSet<>(), order);
            checkVersions();
            checkPatches(recipes.values());

            SortedSet<String> features = new TreeSet<>();
            for (String name : runtimeNames(request.name())) {
                features.addAll(kernelFeatures(recipe(name)));
            }
            if (root.spec().runtime().network().equals("user")) {
                features.add(NETWORK_FEATURE);
            }
            features.addAll(request.kernel().features());
            SortedMap<String, String> options = kernelOptions(features, root);
            SortedMap<String, String> variant =
                    new TreeMap<>(root.spec().runtime().kernel());
            variant.putAll(request.kernel().variant());
            options.putAll(KernelVariant.options(variant));
            Optional<Recipe> kernel = kernelRecipe();
            Optional<BaseSpec> base = baseOf(root, Optional.empty());
            Optional<BaseSpec> kernelBase =
                    kernel.isPresent() ? baseOf(kernel.get(), Optional.empty()) : Optional.empty();
            for (Recipe recipe : recipes.values()) {
                baseOf(recipe, base);
            }
            if (!problems.isEmpty() || base.isEmpty() || kernel.isEmpty() || kernelBase.isEmpty()) {
                throw unusable(String.join("\n", problems));
            }
            Map<String, ResolvedPackage> packages = new LinkedHashMap<>();
            for (String name : order) {
                packages.put(name, resolved(recipe(name), base.get()));
            }
            return new Resolution(
                    request.name(), packages, resolved(kernel.get(), kernelBase.get()), features, options);
        }

        Resolution resolve(KernelRequest wanted) throws RebuildException {
            Optional<Recipe> kernel = kernelRecipe();
            Optional<BaseSpec> base = kernel.isPresent() ? baseOf(kernel.get(), Optional.empty()) : Optional.empty();
            SortedMap<String, String> options = new TreeMap<>();
            if (kernel.isPresent()) {
                options.putAll(kernelOptions(wanted.features(), kernel.get()));
                if (wanted.platform().isPresent()) {
                    options.putAll(platform(wanted.platform().get()));
                }
                options.putAll(wanted.options());
            }
            if (!problems.isEmpty() || kernel.isEmpty() || base.isEmpty()) {
                throw unusable(String.join("\n", problems));
            }
            SortedSet<String> features = new TreeSet<>(wanted.features());
            wanted.platform().ifPresent(features::add);
            return new Resolution(
                    kernelName, Map.of(), resolved(kernel.get(), base.get()).with(wanted.patches()), features, options);
        }

        private Map<String, String> platform(String name) throws RebuildException {
            Optional<KernelFragment> fragment = catalogue.featureFragment(name);
            if (fragment.isEmpty()) {
                problems.add(catalogue.noFeatureFragment(name));
                return Map.of();
            }
            return fragment.get().values();
        }

        private Recipe recipe(String name) {
            Recipe recipe = recipes.get(name);
            if (recipe == null) {
                throw new IllegalStateException("not looked up: " + name);
            }
            return recipe;
        }

        private SortedSet<String> enabled(Recipe recipe) {
            SortedSet<String> names =
                    new TreeSet<>(recipe.spec().enabledFeatures(asked.getOrDefault(recipe.name(), new TreeSet<>())));
            names.retainAll(recipe.spec().features().keySet());
            return names;
        }

        private List<FeatureSpec> enabledSpecs(Recipe recipe) {
            SortedSet<String> names = enabled(recipe);
            return recipe.spec().features().values().stream()
                    .filter(feature -> names.contains(feature.name()))
                    .toList();
        }

        private List<DependencySpec> dependencies(Recipe recipe) {
            List<DependencySpec> all = new ArrayList<>(recipe.spec().dependencies());
            enabledSpecs(recipe).forEach(feature -> all.addAll(feature.dependencies()));
            return all;
        }

        private boolean isRoot(Recipe recipe) {
            return recipe.name().equals(request.name());
        }

        /** The names of what it runs with: in the recipe's order, then what its settings name. */
        private List<String> needed(Recipe recipe) {
            Set<String> names = new LinkedHashSet<>();
            dependencies(recipe).forEach(dependency -> names.add(dependency.name()));
            if (isRoot(recipe)) {
                names.addAll(request.inputs().packages());
            }
            return List.copyOf(names);
        }

        private List<Located> depends(Recipe recipe) {
            List<Located> all = new ArrayList<>(recipe.spec().build().depends());
            enabledSpecs(recipe).forEach(feature -> all.addAll(feature.depends()));
            return all;
        }

        private List<Located> tools(Recipe recipe) {
            return depends(recipe).stream()
                    .filter(d -> !d.text().startsWith(DEBIAN))
                    .toList();
        }

        private SortedSet<String> kernelFeatures(Recipe recipe) {
            SortedSet<String> features = new TreeSet<>(recipe.spec().runtime().kernelFeatures());
            enabledSpecs(recipe).forEach(feature -> features.addAll(feature.kernelFeatures()));
            return features;
        }

        /** Whether anything new came to light. */
        private boolean follow(Recipe recipe) throws RebuildException {
            boolean changed = false;
            for (DependencySpec dependency : dependencies(recipe)) {
                Optional<Recipe> found =
                        lookUp(dependency.name(), dependency.position().toString());
                if (found.isPresent()) {
                    changed |= ask(
                            found.get(),
                            dependency.features(),
                            dependency.position().toString());
                }
            }
            if (isRoot(recipe)) {
                String place = "the settings of " + recipe.name();
                for (String name : request.inputs().packages()) {
                    Optional<Recipe> found = lookUp(name, place);
                    if (found.isPresent()) {
                        changed |= ask(found.get(), new TreeSet<>(), place);
                    }
                }
            }
            for (Located tool : tools(recipe)) {
                Optional<Recipe> found = lookUp(tool.text(), tool.position().toString());
                if (found.isPresent()) {
                    changed |= ask(found.get(), new TreeSet<>(), tool.position().toString());
                }
            }
            return changed;
        }

        private Optional<Recipe> lookUp(String name, String place) throws RebuildException {
            Recipe known = recipes.get(name);
            if (known != null) {
                return Optional.of(known);
            }
            if (missing.contains(name)) {
                return Optional.empty();
            }
            Optional<Recipe> found = Optional.empty();
            try {
                found = catalogue.find(name);
                if (found.isEmpty()) {
                    problems.add(place + ": " + catalogue.noRecipe(name));
                } else if (found.get().spec().build().kind() == BuildSpec.Kind.KERNEL) {
                    problems.add(place + ": " + name + " is the recipe of a kernel; a program cannot depend on it, "
                            + "it asks for [runtime] kernel_features");
                    found = Optional.empty();
                }
            } catch (RebuildException e) {
                problems.add(e.getMessage());
            }
            if (found.isPresent()) {
                recipes.put(name, found.get());
            } else {
                missing.add(name);
            }
            return found;
        }

        private boolean ask(Recipe recipe, SortedSet<String> features, String place) {
            boolean isNew = !asked.containsKey(recipe.name());
            SortedSet<String> known = asked.computeIfAbsent(recipe.name(), name -> new TreeSet<>());
            SortedSet<String> offered = new TreeSet<>(recipe.spec().features().keySet());
            for (String feature : features) {
                if (!offered.contains(feature)) {
                    problems.add(place + ": " + recipe.name() + " has no feature " + feature + "; "
                            + Catalogue.nearest(feature, offered));
                }
            }
            return known.addAll(features) | isNew;
        }

        /** Depth first; a package on the present path again is a cycle, which is reported once and then not followed. */
        private void sort(String name, List<String> path, Set<String> done, List<String> order) {
            if (path.contains(name)) {
                List<String> cycle = new ArrayList<>(path.subList(path.indexOf(name), path.size()));
                cycle.add(name);
                problems.add(recipe(name).spec().position() + ": " + name + " needs itself: "
                        + String.join(" → ", cycle) + "; remove one of these dependencies");
                return;
            }
            if (!recipes.containsKey(name) || !done.add(name)) {
                return;
            }
            path.add(name);
            for (String dependency : needed(recipe(name))) {
                sort(dependency, path, done, order);
            }
            for (Located tool : tools(recipe(name))) {
                sort(tool.text(), path, done, order);
            }
            path.remove(path.size() - 1);
            order.add(name);
        }

        private Set<String> runtimeNames(String root) {
            Set<String> names = new LinkedHashSet<>();
            List<String> open = new ArrayList<>(List.of(root));
            while (!open.isEmpty()) {
                String name = open.remove(open.size() - 1);
                if (recipes.containsKey(name) && names.add(name)) {
                    open.addAll(needed(recipe(name)));
                }
            }
            return names;
        }

        private void checkVersions() {
            for (Recipe recipe : recipes.values()) {
                for (DependencySpec dependency : dependencies(recipe)) {
                    Recipe target = recipes.get(dependency.name());
                    if (target != null && target.spec().version().isPresent()) {
                        versionProblem(dependency, target.spec().version().get())
                                .ifPresent(problems::add);
                    }
                }
            }
        }

        private void checkPatches(Iterable<Recipe> all) {
            for (Recipe recipe : all) {
                for (Located patch : recipe.spec().build().patches()) {
                    Path file = recipe.folder().resolve(patch.text()).normalize();
                    if (!file.startsWith(recipe.folder().normalize())) {
                        problems.add(
                                patch.position() + ": the patch " + patch.text() + " is outside of the recipe's folder "
                                        + recipe.folder() + "; put it beside the recipe");
                    } else if (!Files.isReadable(file)) {
                        problems.add(
                                patch.position() + ": the patch " + patch.text() + " is not there: no readable file "
                                        + file + "; add it, and to git, or take it out of the list");
                    }
                }
            }
        }

        private SortedMap<String, String> kernelOptions(SortedSet<String> features, Recipe root)
                throws RebuildException {
            List<KernelFragment> fragments = new ArrayList<>();
            for (String feature : features) {
                Optional<KernelFragment> fragment = catalogue.featureFragment(feature);
                if (fragment.isPresent()) {
                    fragments.add(fragment.get());
                } else {
                    problems.add(root.spec().runtime().position() + ": " + catalogue.noFeatureFragment(feature));
                }
            }
            KernelFragment base = catalogue.baseFragment();
            try {
                return base.overriddenBy(KernelFragment.merge(fragments)).values();
            } catch (ConfigException e) {
                problems.add(e.getMessage());
                return base.values();
            }
        }

        private Optional<Recipe> kernelRecipe() throws RebuildException {
            Optional<Recipe> found = catalogue.find(kernelName);
            if (found.isEmpty()) {
                problems.add(catalogue.noRecipe(kernelName) + ": every image needs a kernel");
                return found;
            }
            if (found.get().spec().build().kind() != BuildSpec.Kind.KERNEL) {
                problems.add(found.get().spec().position() + ": the recipe " + kernelName
                        + " is not one of a kernel; write [build] kind = \"kernel\"");
                return Optional.empty();
            }
            checkPatches(List.of(found.get()));
            for (Located tool : found.get().spec().build().depends()) {
                if (!tool.text().startsWith(DEBIAN)) {
                    problems.add(tool.position() + ": a kernel is built with packages of its base only; write " + DEBIAN
                            + tool.text());
                }
            }
            return found;
        }

        private Optional<BaseSpec> baseOf(Recipe recipe, Optional<BaseSpec> given) throws RebuildException {
            Optional<String> named = recipe.spec().build().base();
            if (given.isPresent()) {
                if (named.isPresent() && !named.get().equals(given.get().name())) {
                    problems.add(recipe.spec().position() + ": " + recipe.name() + " is built on " + named.get()
                            + " but is needed by a package built on "
                            + given.get().name()
                            + "; libraries of two releases do not mix: give both the same [build] base");
                }
                return given;
            }
            try {
                return Optional.of(named.isPresent() ? catalogue.base(named.get()) : catalogue.defaultBase(host));
            } catch (RebuildException e) {
                problems.add(recipe.spec().position() + ": " + e.getMessage());
                return Optional.empty();
            }
        }

        private ResolvedPackage resolved(Recipe recipe, BaseSpec base) {
            List<String> debs = depends(recipe).stream()
                    .map(Located::text)
                    .filter(text -> text.startsWith(DEBIAN))
                    .map(text -> text.substring(DEBIAN.length()))
                    .sorted()
                    .distinct()
                    .toList();
            return new ResolvedPackage(
                    recipe,
                    enabled(recipe),
                    needed(recipe),
                    tools(recipe).stream().map(Located::text).distinct().toList(),
                    debs,
                    base,
                    isRoot(recipe) ? request.settings() : new TreeMap<>(),
                    isRoot(recipe) ? request.inputs() : SettingInputs.NONE,
                    List.of());
        }
    }

    /** What is wrong with a dependency of that version; empty when it fits. */
    static Optional<String> versionProblem(DependencySpec dependency, String version) {
        return dependency.version().matches(version)
                ? Optional.empty()
                : Optional.of(dependency.position() + ": needs " + dependency.name() + " "
                        + dependency.version().text() + ", but its recipe makes version " + version
                        + "; change the version here or in the recipe of " + dependency.name());
    }

    /** What is wrong with the versions that are known only now that sources are pinned. */
    static List<String> versionProblems(Resolution resolution, Map<String, String> versions) {
        List<String> problems = new ArrayList<>();
        for (ResolvedPackage resolved : resolution.packages().values()) {
            PackageSpec spec = resolved.spec();
            List<DependencySpec> dependencies = new ArrayList<>(spec.dependencies());
            spec.features().values().stream()
                    .filter(feature -> resolved.features().contains(feature.name()))
                    .forEach(feature -> dependencies.addAll(feature.dependencies()));
            for (DependencySpec dependency : dependencies) {
                String version = versions.get(dependency.name());
                if (version != null) {
                    versionProblem(dependency, version).ifPresent(problems::add);
                }
            }
        }
        return problems;
    }

    private static RebuildException unusable(String message) {
        return new RebuildException(RebuildException.Kind.UNUSABLE, message);
    }
}
