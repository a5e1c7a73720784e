package org.sourceos.config.recipe;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.config.diagnostic.Position;
import org.sourceos.config.options.Option;

/**
 * A recipe ({@code NAME.source.toml}): how a program is made from its source and how its machine runs. The reference of all
 * keys is docs/recipes.md.
 *
 * @param name letters, digits, {@code + - . _}; starts with a letter or digit; the file's own name
 * @param version upstream's version; empty only where a {@code debian:} source tells it
 * @param features what the recipe can be asked for, by name
 * @param dependencies other recipes whose files it is built and run with, in the order of the text
 * @param options what a configuration can set, by name
 * @param desktop how menus show it; empty if they do not
 * @param position of {@code [package]}, for later complaints
 * @param about what lists say of it; changes nothing that is built
 */
public record PackageSpec(
        String name,
        Optional<String> version,
        SourceSpec source,
        BuildSpec build,
        RuntimeSpec runtime,
        List<DependencySpec> dependencies,
        SortedMap<String, FeatureSpec> features,
        SortedMap<String, Option> options,
        IntegrationSpec integration,
        Optional<DesktopSpec> desktop,
        Position position,
        About about) {

    /**
     * {@code [desktop]}: how menus show it; changes nothing that is built.
     *
     * @param icon a name in the desktop's theme, or a path of the host
     * @param mime the types of files that it opens
     * @param terminal whether it needs a terminal
     */
    public record DesktopSpec(
            String name,
            Optional<String> comment,
            Optional<String> icon,
            List<String> categories,
            List<String> mime,
            boolean terminal) {
        public DesktopSpec {
            categories = List.copyOf(categories);
            mime = List.copyOf(mime);
        }
    }

    /** {@code [package] description}, {@code homepage} and {@code license}. */
    public record About(Optional<String> description, Optional<String> homepage, Optional<String> license) {
        public static final About NOTHING = new About(Optional.empty(), Optional.empty(), Optional.empty());
    }

    public PackageSpec {
        dependencies = List.copyOf(dependencies);
        features = Collections.unmodifiableSortedMap(new TreeMap<>(features));
        options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
    }

    /**
     * {@code [package] source} and {@code sha256}.
     *
     * @param location the text of the recipe: {@code https://…}, {@code debian:NAME[=VERSION]}, {@code git+https://…#rev},
     *     {@code path:…}; {@code {version}} in it has been replaced
     * @param sha256 the pin, where the recipe itself gives one
     */
    public record SourceSpec(SourceLocation location, Optional<String> sha256, Position position) {}

    /** Where a source comes from. */
    public sealed interface SourceLocation {
        /** A file fetched over HTTPS (plain HTTP only with a pin in the recipe). */
        record Url(String url) implements SourceLocation {}

        /** A Debian source package, or the source package of a binary package of that name. */
        record Debian(String name, Optional<String> version) implements SourceLocation {}

        /** A git repository and the commit, tag or branch of it. */
        record Git(String url, String revision) implements SourceLocation {}

        /** A directory or file beside the recipe, relative to the recipe's folder. */
        record LocalPath(String path) implements SourceLocation {}

        /** The text that {@link SourceLocations#parse} reads back as this. */
        default String text() {
            return SourceLocations.print(this);
        }
    }

    /**
     * {@code [build]} and {@code [check]}.
     *
     * @param kind {@code package}, or {@code kernel} for the recipe of a kernel
     * @param base which build environment; the catalogue's default when empty
     * @param directory the folder inside the unpacked source in which scripts run; found out when empty
     * @param script builds; run by {@code sh -e}; may be blank where {@code install} does all, and for a kernel
     * @param install installs below {@code $DESTDIR}; {@code make install DESTDIR="$DESTDIR"} when empty
     * @param check run between building and installing, when the recipe has {@code [check] script}
     * @param patches files beside the recipe, applied in order with {@code patch -p1}
     * @param depends needed to build only: names of recipes, or {@code debian:NAME} for binary packages of the base's suite
     * @param environment added to the build's environment
     * @param timeoutMinutes after which the build is ended
     * @param memoryMib above which the build is ended; 0 for no limit of the recipe's own
     * @param rules with {@code system = "debian"}: built by {@code debian/rules}
     * @param output what is known of what the build prints; for progress, and nothing else
     */
    public record BuildSpec(
            Kind kind,
            Optional<String> base,
            Optional<String> directory,
            String script,
            Optional<String> install,
            Optional<String> check,
            List<Located> patches,
            List<Located> depends,
            SortedMap<String, String> environment,
            int timeoutMinutes,
            int memoryMib,
            Optional<DebianRules> rules,
            Output output) {

        public enum Kind {
            PACKAGE,
            KERNEL
        }

        public BuildSpec {
            patches = List.copyOf(patches);
            depends = List.copyOf(depends);
            environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
        }
    }

    /**
     * What a build prints, by which is told how far it is.
     *
     * @param lines how many that count, about; 0 where that is not said
     * @param prefix what a line begins with that counts; empty if all do
     */
    public record Output(int lines, String prefix) {}

    /** Of a build by Debian's own rules: the binary packages whose contents are what is installed; at least one. */
    public record DebianRules(List<String> binaries) {
        public DebianRules {
            binaries = List.copyOf(binaries);
        }
    }

    /** A string of the recipe and where it stands. */
    public record Located(String text, Position position) {}

    /**
     * {@code [runtime]}.
     *
     * @param kernelFeatures names of fragments in templates/kernel/features, upper case, sorted
     * @param devices host devices, absolute paths below /dev
     * @param filesystem {@code overlayfs} or {@code readonly}
     * @param network {@code none} or {@code user}
     * @param command the program and first arguments; {@code [<name>]}, looked up in the image's PATH, when not given
     * @param memoryMib the machine's memory
     * @param include globs (from the root, {@code /usr/lib/x/**}) of further files the program needs at run time, from its
     *     own layer, its dependencies or the base: plug-ins opened with dlopen, data
     * @param exclude globs of files of its own layer that it does not need
     * @param locales translations and locale definitions to keep, such as {@code de_DE.UTF-8}; none when empty
     * @param terminfo terminal descriptions to keep, such as {@code xterm-256color}
     * @param certificates whether the base's CA certificates are included
     * @param files as {@code ImageManifest.RunDefaults.files}
     * @param ready when the program, once started, may be saved for later launches; empty for never
     * @param limits what {@code [limits]} says, by key; sizes in MiB
     * @param kernel what {@code [kernel]} says, by key
     */
    public record RuntimeSpec(
            List<String> kernelFeatures,
            List<String> devices,
            String filesystem,
            String network,
            List<String> command,
            SortedMap<String, String> environment,
            int memoryMib,
            int cpus,
            List<String> include,
            List<String> exclude,
            List<String> locales,
            List<String> terminfo,
            boolean certificates,
            String files,
            Optional<ReadyRule> ready,
            Position position,
            SortedMap<String, String> limits,
            SortedMap<String, String> kernel) {
        public RuntimeSpec {
            limits = Collections.unmodifiableSortedMap(new TreeMap<>(limits));
            kernel = Collections.unmodifiableSortedMap(new TreeMap<>(kernel));
            kernelFeatures = List.copyOf(kernelFeatures);
            devices = List.copyOf(devices);
            command = List.copyOf(command);
            environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
            include = List.copyOf(include);
            exclude = List.copyOf(exclude);
            locales = List.copyOf(locales);
            terminfo = List.copyOf(terminfo);
        }
    }

    /** An entry of {@code [dependencies]}. Features are asked of the dependency's recipe. */
    public record DependencySpec(
            String name, VersionConstraint version, SortedSet<String> features, Position position) {
        public DependencySpec {
            features = Collections.unmodifiableSortedSet(new TreeSet<>(features));
        }
    }

    /**
     * An entry of {@code [features]}: something the recipe can do when asked to.
     *
     * <p>Scripts see {@code FEATURE_<NAME>=1} (upper case, {@code -} as {@code _}) and all names in {@code FEATURES}.
     *
     * @param byDefault on unless asked otherwise
     * @param depends as {@link BuildSpec#depends}, only with the feature
     * @param dependencies further dependencies, only with the feature
     * @param kernelFeatures further kernel features, only with the feature
     */
    public record FeatureSpec(
            String name,
            String description,
            boolean byDefault,
            List<Located> depends,
            List<DependencySpec> dependencies,
            List<String> kernelFeatures) {
        public FeatureSpec {
            depends = List.copyOf(depends);
            dependencies = List.copyOf(dependencies);
            kernelFeatures = List.copyOf(kernelFeatures);
        }
    }

    /** {@code [integration]}; kept and stored, used by input routing and the desktop. */
    public record IntegrationSpec(boolean inputRouter, String vimMode, String clipboard) {}

    /** The features that are on when {@code asked} are asked for: those and the default ones. */
    public Set<String> enabledFeatures(Set<String> asked) {
        SortedSet<String> enabled = new TreeSet<>(asked);
        for (Map.Entry<String, FeatureSpec> feature : features.entrySet()) {
            if (feature.getValue().byDefault()) {
                enabled.add(feature.getKey());
            }
        }
        return enabled;
    }
}
