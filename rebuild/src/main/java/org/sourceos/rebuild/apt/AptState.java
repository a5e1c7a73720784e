package org.sourceos.rebuild.apt;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.sourceos.config.debian.ControlFile;
import org.sourceos.config.debian.DebianVersion;
import org.sourceos.config.debian.SourceEntry;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.FileLock;
import org.sourceos.host.ProcessOutput;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.RebuildException.Kind;
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
    private static final Pattern PACKAGE_NAME = Pattern.compile("[a-z0-9][a-z0-9+.-]*");
    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.+:~-]*");

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
                    text -> AptMissing.source(what, name, version, text));
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
            session.fetch(what, arguments, list, into, step, text -> AptMissing.packages(what, text));
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

    /** Something done while nobody else uses the folder. */
    @FunctionalInterface
    private interface Action<T> {
        T run(AptSession session) throws RebuildException, IOException;
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
                AptSession session = new AptSession(directory, host, runner, clock, listener, cancellation);
                session.prepare(choice, dpkgStatus);
                return action.run(session);
            }
        } catch (IOException e) {
            cancellation.throwIfCancelled();
            throw new RebuildException(Kind.STORE, what + ": " + e.getMessage(), e);
        }
    }
}
