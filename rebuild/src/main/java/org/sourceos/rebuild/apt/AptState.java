package org.sourceos.rebuild.apt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.config.debian.ControlFile;
import org.sourceos.config.debian.DebianVersion;
import org.sourceos.config.debian.SourceEntry;
import org.sourceos.gitstore.Digest;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.FileLock;
import org.sourceos.host.ProcessOutput;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.RebuildException.Kind;
import org.sourceos.rebuild.progress.LineStream;
import org.sourceos.rebuild.progress.StepListener;

/**
 * A private state of apt: its own lists, caches and dpkg status in one folder, derived from the machine's configured
 * sources, which are only read. Every configured {@code deb} gets its {@code deb-src}.
 *
 * <p>apt checks the signatures, with the machine's keys; {@code Trusted: yes} and its like are not taken over. A source that
 * cannot be used is a warning, as long as another one can. Works for root and for ordinary users. Commands that use the
 * same folder wait for each other.
 */
public final class AptState {
    /** After this, lists in which something was not found are fetched anew before it is said to be missing. */
    private static final Duration LISTS_AGE = Duration.ofDays(1);

    private static final Duration TIME_LIMIT = Duration.ofHours(2);
    private static final Pattern PACKAGE_NAME = Pattern.compile("[a-z0-9][a-z0-9+.-]*");
    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.+:~-]*");
    private static final Pattern URI_LINE = Pattern.compile("^'[^']*' (\\S+) (\\d+) \\S*$");
    private static final Pattern STATUS_LINE = Pattern.compile("^dlstatus:[^:]*:([0-9.]+):.*$");

    /** apt's words for a file that its lists name and the mirror has not (in that form). */
    private static final Pattern OUTDATED = Pattern.compile(
            "404 +Not Found|Hash Sum mismatch|unexpected size|File not found|No such file or directory");

    private final Path directory;
    private final AptHost host;
    private final UnaryOperator<List<SourceEntry>> choice;
    private final byte[] dpkgStatus;
    private final ProcessRunner runner;
    private final Clock clock;

    private AptState(
            Path directory,
            AptHost host,
            UnaryOperator<List<SourceEntry>> choice,
            byte[] dpkgStatus,
            ProcessRunner runner,
            Clock clock) {
        this.directory = directory.toAbsolutePath().normalize();
        this.host = host;
        this.choice = choice;
        this.dpkgStatus = dpkgStatus.clone();
        this.runner = runner;
        this.clock = clock;
    }

    /** All of the machine's sources, source packages included, and no package installed. */
    public static AptState ofAllSources(Path directory, AptHost host, ProcessRunner runner, Clock clock) {
        return new AptState(directory, host, AptState::withSourcePackages, new byte[0], runner, clock);
    }

    /** The chosen entries as they are, with the packages of {@code dpkgStatus} installed. */
    public static AptState ofSources(
            Path directory,
            AptHost host,
            List<SourceEntry> entries,
            byte[] dpkgStatus,
            ProcessRunner runner,
            Clock clock) {
        return new AptState(directory, host, all -> entries, dpkgStatus, runner, clock);
    }

    /**
     * A release that one of the sources offers, as its signed file says.
     *
     * @param uri where, ending in {@code /}
     * @param suite as the configuration names it
     */
    public record Release(String uri, String suite, String origin, String codename) {}

    private static List<SourceEntry> withSourcePackages(List<SourceEntry> entries) {
        List<SourceEntry> all = new ArrayList<>();
        for (SourceEntry entry : entries) {
            // An entry for foreign architectures still has the same sources.
            all.add(entry.types().contains("deb") ? entry.withTypes(List.of("deb", "deb-src")) : entry);
        }
        return all;
    }

    public AptHost host() {
        return host;
    }

    /**
     * Downloads a source package as {@code apt-get source --download-only} does: {@code name} may be that of a binary
     * package.
     *
     * @param version the whole Debian version; the candidate's when empty
     * @param into an empty folder
     * @return the {@code .dsc}
     */
    public Path downloadSource(
            String name,
            Optional<String> version,
            Path into,
            StepListener listener,
            String step,
            Cancellation cancellation)
            throws RebuildException {
        String what = "cannot fetch the Debian source package " + name
                + version.map(v -> " " + v).orElse("");
        checkName(what, name);
        version.ifPresent(v -> {
            if (!VERSION.matcher(v).matches()) {
                throw new IllegalArgumentException("not a Debian version: " + v);
            }
        });
        String argument = name + version.map(v -> "=" + v).orElse("");
        return locked(what, listener, cancellation, session -> {
            String output = session.fetch(
                    what,
                    List.of("source", "--download-only", argument),
                    List.of("source", "--print-uris", argument),
                    into,
                    step,
                    (text, refreshed) -> missingSource(what, name, version, text));
            try (DirectoryStream<Path> descriptions = Files.newDirectoryStream(into, "*.dsc")) {
                for (Path description : descriptions) {
                    return description;
                }
            }
            throw new RebuildException(
                    Kind.FETCH_FAILED, what + ": apt ended well but left no .dsc" + AptMessages.tail(output));
        });
    }

    /**
     * The versions in which the configured sources offer a source package, newest first; none when there is no such package.
     * {@code name} may be that of a binary package.
     */
    public List<String> sourceVersions(String name, StepListener listener, Cancellation cancellation)
            throws RebuildException {
        String what = "cannot look up the Debian source package " + name;
        checkName(what, name);
        return locked(what, listener, cancellation, session -> {
            List<String> own = new ArrayList<>();
            List<String> others = new ArrayList<>();
            for (ControlFile.Paragraph paragraph : ControlFile.parse(session.shown("showsrc", name))) {
                paragraph
                        .field("Version")
                        .ifPresent(
                                paragraph.field("Package").filter(name::equals).isPresent() ? own::add : others::add);
            }
            return (own.isEmpty() ? others : own)
                    .stream().distinct().sorted(DebianVersion.ORDER.reversed()).toList();
        });
    }

    /** What the configured sources say of each version of a source package, newest first. */
    public List<ControlFile.Paragraph> sourceDescriptions(String name, StepListener listener, Cancellation cancellation)
            throws RebuildException {
        String what = "cannot look up the Debian source package " + name;
        checkName(what, name);
        return locked(
                what,
                listener,
                cancellation,
                session -> ControlFile.parse(session.shown("showsrc", name)).stream()
                        .filter(paragraph ->
                                paragraph.field("Package").filter(name::equals).isPresent())
                        .sorted(java.util.Comparator.comparing(
                                (ControlFile.Paragraph paragraph) ->
                                        paragraph.field("Version").orElse(""),
                                DebianVersion.ORDER.reversed()))
                        .toList());
    }

    /**
     * Downloads binary packages and what they depend on beyond what is installed.
     *
     * @param packages {@code name} or {@code name=version}
     * @param into an empty folder
     * @return the {@code .deb} files, sorted; none when all are installed
     */
    public List<Path> downloadPackages(
            List<String> packages, Path into, StepListener listener, String step, Cancellation cancellation)
            throws RebuildException {
        String what = "cannot fetch the Debian packages " + String.join(" ", packages);
        for (String p : packages) {
            checkName(what, p.replaceFirst("=.*$", ""));
        }
        return locked(what, listener, cancellation, session -> {
            Files.createDirectories(into.resolve("partial"));
            List<String> arguments = new ArrayList<>(List.of(
                    "install", "-y", "--no-install-recommends", "--no-remove", "-o", "Dir::Cache::archives=" + into));
            List<String> list = new ArrayList<>(arguments);
            list.add("--print-uris");
            list.addAll(packages);
            arguments.add("--download-only");
            arguments.addAll(packages);
            session.fetch(what, arguments, list, into, step, (text, refreshed) -> missingPackage(what, text));
            List<Path> files = new ArrayList<>();
            try (DirectoryStream<Path> debs = Files.newDirectoryStream(into, "*.deb")) {
                debs.forEach(files::add);
            }
            files.sort(null);
            return files;
        });
    }

    /** What the sources offer, sorted by suite; only those whose lists are there. */
    public List<Release> releases(StepListener listener, String step, Cancellation cancellation)
            throws RebuildException {
        String what = "cannot ask apt which releases its sources offer";
        return locked(what, listener, cancellation, session -> {
            String output = session.query(List.of(
                    "indextargets",
                    "--format",
                    "$(REPO_URI)|$(RELEASE)|$(ORIGIN)|$(CODENAME)",
                    "Created-By: Packages"));
            List<Release> releases = new ArrayList<>();
            for (String line : new TreeSet<>(Arrays.asList(output.split("\n")))) {
                String[] fields = line.split("\\|", -1);
                if (fields.length == 4) {
                    releases.add(new Release(fields[0], fields[1], fields[2], fields[3]));
                }
            }
            return releases;
        });
    }

    /**
     * What the sources offer, as plain text files: {@code NN.Packages} and {@code NN.Sources}.
     *
     * @param into an empty folder
     */
    public List<Path> indexes(Path into, StepListener listener, Cancellation cancellation) throws RebuildException {
        return locked("cannot read the lists of apt's sources", listener, cancellation, session -> {
            List<Path> files = new ArrayList<>();
            String output = session.query(List.of("indextargets", "--format", "$(CREATED_BY)|$(FILENAME)"));
            for (String line : new TreeSet<>(Arrays.asList(output.split("\n")))) {
                String[] fields = line.split("\\|", 2);
                if (fields.length == 2 && fields[0].matches("Packages|Sources")) {
                    Path file = into.resolve("%02d.%s".formatted(files.size(), fields[0]));
                    // apt stores lists compressed in a way of its own choice.
                    Command command = Command.of("/usr/lib/apt/apt-helper", "cat-file", fields[1]);
                    ProcessResult result = runner.run(
                            command, new ProcessOutput.ToFile(file), new ProcessOutput.Captured(), cancellation);
                    if (!result.succeeded()) {
                        throw ProcessRunner.failed(command, result);
                    }
                    files.add(file);
                }
            }
            return files;
        });
    }

    /** How the machine's apt reaches its sources, as lines of {@code apt.conf(5)}. */
    public List<String> settings(StepListener listener, Cancellation cancellation) throws RebuildException {
        return locked(
                "cannot read the machine's apt configuration",
                listener,
                cancellation,
                session -> host.settings(runner, directory, cancellation).lines());
    }

    private static void checkName(String what, String name) throws RebuildException {
        if (!PACKAGE_NAME.matcher(name).matches()) {
            throw new RebuildException(
                    Kind.UNUSABLE,
                    what + ": a Debian package's name has only lower-case letters, digits, + - . and starts with a"
                            + " letter or digit");
        }
    }

    private static Optional<RebuildException> missingSource(
            String what, String name, Optional<String> version, String output) {
        if (output.contains("Can not find version") || output.contains("unavailable version")) {
            return Optional.of(new RebuildException(
                    Kind.FETCH_FAILED,
                    what + ": the machine's apt sources no longer (or never did) offer this version;"
                            + " `sourceos lock --update " + name + "` takes the one they offer now"
                            + AptMessages.tail(output)));
        }
        if (output.contains("Unable to find a source package")) {
            return Optional.of(new RebuildException(
                    Kind.FETCH_FAILED,
                    what + ": the machine's apt sources have no source package and no binary package of that name"
                            + version.map(v -> " and version").orElse("")
                            + "; check the name (`apt-cache search " + name + "`)" + AptMessages.tail(output)));
        }
        return Optional.empty();
    }

    private static Optional<RebuildException> missingPackage(String what, String output) {
        Matcher version =
                Pattern.compile("Version '([^']*)' for '([^']*)' was not found").matcher(output);
        if (version.find()) {
            return Optional.of(new RebuildException(
                    Kind.FETCH_FAILED,
                    what + ": the machine's apt sources no longer offer " + version.group(2) + " " + version.group(1)
                            + ", which is locked; `sourceos lock --update " + version.group(2)
                            + "` takes the one they offer now" + AptMessages.tail(output)));
        }
        if (output.contains("Unable to locate package") || output.contains("has no installation candidate")) {
            return Optional.of(new RebuildException(
                    Kind.UNUSABLE,
                    what + ": the base's release has no package of that name; check it in the recipe's `depends`"
                            + AptMessages.tail(output)));
        }
        if (output.contains("unmet dependencies") || output.contains("Packages need to be removed")) {
            return Optional.of(new RebuildException(
                    Kind.UNUSABLE,
                    what
                            + ": they do not fit what the base has installed, perhaps because the release got updates since"
                            + " the base was made; `sourceos lock --update` takes a new base\n  "
                            + output.strip().replace("\n", "\n  ")));
        }
        return Optional.empty();
    }

    /** Something done while nobody else uses the folder. */
    @FunctionalInterface
    private interface Action<T> {
        T run(Session session) throws RebuildException, IOException;
    }

    /** What apt's output means when it says that something does not exist; empty when it says something else. */
    @FunctionalInterface
    private interface Missing {
        Optional<RebuildException> in(String output, boolean refreshed);
    }

    private <T> T locked(String what, StepListener listener, Cancellation cancellation, Action<T> action)
            throws RebuildException {
        try {
            Files.createDirectories(directory);
            try (FileLock lock = FileLock.acquire(directory.resolve("lock"), cancellation, pid -> {
                // A step of this same command: it shows for itself.
                if (!pid.equals(Long.toString(ProcessHandle.current().pid()))) {
                    listener.warning("waiting for process " + pid + ", which uses apt's lists in " + directory);
                }
            })) {
                Session session = new Session(listener, cancellation);
                session.prepare();
                return action.run(session);
            }
        } catch (IOException e) {
            cancellation.throwIfCancelled();
            throw new RebuildException(Kind.STORE, what + ": " + e.getMessage(), e);
        }
    }

    /** One use of the folder, under its lock. */
    private final class Session {
        private final StepListener listener;
        private final Cancellation cancellation;
        private final Path configuration = directory.resolve("apt.conf");
        private final Path lists = directory.resolve("lists");
        private final Path updated = directory.resolve("updated");
        private String fingerprint = "";
        private boolean refreshed;

        Session(StepListener listener, Cancellation cancellation) {
            this.listener = listener;
            this.cancellation = cancellation;
        }

        /** Writes the configuration as the machine has it now, and fetches the lists where they do not belong to it. */
        void prepare() throws IOException, RebuildException {
            for (String folder :
                    List.of("lists/partial", "state", "cache", "archives/partial", "etc/parts", "log", "dpkg")) {
                Files.createDirectories(directory.resolve(folder));
            }
            Path sourceParts = Files.createDirectories(directory.resolve("etc/sources.list.d"));
            Files.write(directory.resolve("dpkg/status"), dpkgStatus);
            StringBuilder sources = new StringBuilder();
            for (SourceEntry entry : choice.apply(host.sources(listener::warning))) {
                sources.append(checked(entry).print());
            }
            AtomicFile.write(
                    sourceParts.resolve("sourceos.sources"),
                    out -> out.write(sources.toString().getBytes(StandardCharsets.ISO_8859_1)));
            AptHost.Settings settings = host.settings(runner, directory, cancellation);
            String text = configurationText(settings);
            AtomicFile.write(configuration, text);
            fingerprint = Digest.of(sources + text).hex();
            if (!lastUpdate().map(u -> u.startsWith(fingerprint)).orElse(false) || !hasLists()) {
                update();
            }
        }

        /** An entry that would have apt skip its checks is used with them. */
        private SourceEntry checked(SourceEntry entry) {
            SourceEntry strict = entry;
            for (String option : List.of("Trusted", "Allow-Insecure", "Allow-Weak", "Allow-Downgrade-To-Insecure")) {
                if (strict.options().getOrDefault(option, "no").equalsIgnoreCase("yes")) {
                    listener.warning("the apt source " + String.join(" ", entry.uris()) + " is configured with "
                            + option + ": yes; here its signature is checked all the same");
                    strict = strict.withoutOption(option);
                }
            }
            return strict;
        }

        private String configurationText(AptHost.Settings settings) throws IOException {
            StringBuilder text = new StringBuilder();
            // Keys, passwords and preferences stay the machine's own, by reference; hooks and directories do not.
            set(text, "Dir::Etc", host.etcApt().toAbsolutePath().toString());
            for (String secret : List.of("netrc=auth.conf", "netrcparts=auth.conf.d")) {
                Path file = host.etcApt().resolve(secret.substring(secret.indexOf('=') + 1));
                if (Files.exists(file) && !Files.isReadable(file)) {
                    set(text, "Dir::Etc::" + secret.substring(0, secret.indexOf('=')), "/dev/null");
                }
            }
            set(text, "Dir::Etc::main", "/dev/null");
            set(text, "Dir::Etc::parts", directory.resolve("etc/parts").toString());
            set(text, "Dir::Etc::sourcelist", "/dev/null");
            set(
                    text,
                    "Dir::Etc::sourceparts",
                    directory.resolve("etc/sources.list.d").toString());
            set(text, "Dir::State", directory.resolve("state").toString());
            set(text, "Dir::State::lists", lists.toString());
            set(text, "Dir::State::status", directory.resolve("dpkg/status").toString());
            set(text, "Dir::Cache", directory.resolve("cache").toString());
            set(text, "Dir::Cache::archives", directory.resolve("archives").toString());
            set(text, "Dir::Log", directory.resolve("log").toString());
            for (String line : settings.lines()) {
                text.append(line).append('\n');
            }
            text.append("APT::Architectures { ")
                    .append(AptHost.quoted(settings.architecture()))
                    .append("; };\n");
            set(text, "APT::Get::AllowUnauthenticated", "false");
            set(text, "Acquire::AllowInsecureRepositories", "false");
            set(text, "Acquire::AllowWeakRepositories", "false");
            set(text, "Acquire::AllowDowngradeToInsecureRepositories", "false");
            set(text, "Acquire::Languages", "none");
            set(text, "Acquire::PDiffs", "false");
            set(text, "Acquire::Retries", "2");
            if (!reachableByOthers()) {
                set(text, "APT::Sandbox::User", "root");
            }
            return text.toString();
        }

        private void set(StringBuilder text, String name, String value) {
            text.append(name).append(' ').append(AptHost.quoted(value)).append(";\n");
        }

        /** Whether apt's unprivileged user can get at the folder; where it cannot, apt must not change to it. */
        private boolean reachableByOthers() throws IOException {
            for (Path folder = directory; folder != null; folder = folder.getParent()) {
                if (!Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    return false;
                }
            }
            return true;
        }

        private Optional<String> lastUpdate() throws IOException {
            return Files.exists(updated) ? Optional.of(Files.readString(updated)) : Optional.empty();
        }

        private boolean hasLists() throws IOException {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(lists, "*Release")) {
                return files.iterator().hasNext();
            }
        }

        private boolean listsAreOld() throws IOException {
            Optional<String> last = lastUpdate();
            if (last.isEmpty()) {
                return true;
            }
            String seconds = last.get().strip().replaceFirst("^\\S* ?", "");
            Instant when =
                    seconds.matches("\\d{1,12}") ? Instant.ofEpochSecond(Long.parseLong(seconds)) : Instant.EPOCH;
            return when.plus(LISTS_AGE).isBefore(clock.instant());
        }

        private void update() throws IOException, RebuildException {
            StringBuilder output = new StringBuilder();
            apt(List.of("update"), Optional.empty(), line -> output.append(line).append('\n'));
            if (!hasLists()) {
                throw AptMessages.explain("cannot fetch the lists of the machine's apt sources", output.toString());
            }
            for (String failure : AptMessages.failedSources(output.toString())) {
                listener.warning("an apt source is left out (or used as of its last update): " + failure);
            }
            refreshed = true;
            AtomicFile.write(updated, fingerprint + " " + clock.instant().getEpochSecond() + "\n");
        }

        String query(List<String> arguments) throws IOException, RebuildException {
            StringBuilder output = new StringBuilder();
            int status =
                    apt(arguments, Optional.empty(), line -> output.append(line).append('\n'));
            if (status != 0) {
                throw AptMessages.explain("cannot ask apt for its " + arguments.get(0), output.toString());
            }
            return output.toString();
        }

        /** What {@code apt-cache} prints; the empty text where it knows nothing of the name. */
        String shown(String... arguments) throws IOException {
            Command command = Command.of("apt-cache")
                    .withArguments(List.of(arguments))
                    .withEnvironment("APT_CONFIG", configuration.toString())
                    .withTimeout(TIME_LIMIT);
            return runner.run(command, cancellation).stdout();
        }

        /** Downloads, fetching newer lists first when something is missing that they might have. */
        String fetch(String what, List<String> arguments, List<String> listing, Path into, String step, Missing missing)
                throws IOException, RebuildException {
            while (true) {
                StringBuilder output = new StringBuilder();
                long[] total = {0};
                int status = apt(listing, Optional.of(into), line -> {
                    output.append(line).append('\n');
                    Matcher uri = URI_LINE.matcher(line);
                    if (uri.matches()) {
                        total[0] += Long.parseLong(uri.group(2));
                    }
                });
                boolean listed = status == 0;
                if (listed) {
                    output.setLength(0);
                    List<String> reporting = new ArrayList<>(List.of("-o", "APT::Status-Fd=1"));
                    reporting.addAll(arguments);
                    status = apt(reporting, Optional.of(into), line -> {
                        Matcher state = STATUS_LINE.matcher(line);
                        if (state.matches()) {
                            double percent = Double.parseDouble(state.group(1));
                            listener.progress(step, Math.round(total[0] * percent / 100), total[0]);
                        } else {
                            output.append(line).append('\n');
                            if (line.startsWith("Get:")) {
                                listener.output(step, line);
                            }
                        }
                    });
                }
                if (status == 0) {
                    return output.toString();
                }
                String text = output.toString();
                Optional<RebuildException> absent = missing.in(text, refreshed);
                // A file that vanished from the mirror was replaced by one that newer lists name.
                boolean outdated = listed && OUTDATED.matcher(text).find();
                if (!refreshed && (outdated || (absent.isPresent() && listsAreOld()))) {
                    update();
                } else if (absent.isPresent()) {
                    throw absent.get();
                } else {
                    throw AptMessages.explain(what, text);
                }
            }
        }

        /** Runs {@code apt-get}; output and errors both go to {@code lines}. */
        private int apt(List<String> arguments, Optional<Path> in, java.util.function.Consumer<String> lines)
                throws IOException, RebuildException {
            List<String> argv = new ArrayList<>(List.of("apt-get", "-q"));
            argv.addAll(arguments);
            Command command = Command.of(argv)
                    .withEnvironment("APT_CONFIG", configuration.toString())
                    .withEnvironment("DEBIAN_FRONTEND", "noninteractive")
                    .withDirectory(in.orElse(directory))
                    .withTimeout(TIME_LIMIT);
            try (LineStream out = new LineStream(lines);
                    LineStream err = new LineStream(lines)) {
                ProcessResult result = runner.run(
                        command, new ProcessOutput.ToStream(out), new ProcessOutput.ToStream(err), cancellation);
                return result.exitStatus();
            }
        }
    }
}
