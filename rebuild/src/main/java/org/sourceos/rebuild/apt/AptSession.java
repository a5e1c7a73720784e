package org.sourceos.rebuild.apt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.config.debian.SourceEntry;
import org.sourceos.gitstore.Digest;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessOutput;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.progress.LineStream;
import org.sourceos.rebuild.progress.StepListener;

/** One use of an {@link AptState}'s folder, under its lock: configured anew, with lists that belong to that configuration. */
final class AptSession {
    /** After this, lists in which something was not found are fetched anew before it is said to be missing. */
    private static final Duration LISTS_AGE = Duration.ofDays(1);

    private static final Duration TIME_LIMIT = Duration.ofHours(2);
    private static final Pattern URI_LINE = Pattern.compile("^'[^']*' (\\S+) (\\d+) \\S*$");
    private static final Pattern STATUS_LINE = Pattern.compile("^dlstatus:[^:]*:([0-9.]+):.*$");

    /** apt's words for a file that its lists name and the mirror has not (in that form). */
    private static final Pattern OUTDATED = Pattern.compile(
            "404 +Not Found|Hash Sum mismatch|unexpected size|File not found|No such file or directory");

    private final Path directory;
    private final AptHost host;
    private final AptConfiguration configuration;
    private final ProcessRunner runner;
    private final Clock clock;
    private final StepListener listener;
    private final Cancellation cancellation;
    private final Path updated;
    private String fingerprint = "";
    private boolean refreshed;

    AptSession(
            Path directory,
            AptHost host,
            ProcessRunner runner,
            Clock clock,
            StepListener listener,
            Cancellation cancellation) {
        this.directory = directory;
        this.host = host;
        this.configuration = new AptConfiguration(directory, host.etcApt());
        this.runner = runner;
        this.clock = clock;
        this.listener = listener;
        this.cancellation = cancellation;
        this.updated = directory.resolve("updated");
    }

    /** Writes the configuration as the machine has it now, and fetches the lists where they do not belong to it. */
    void prepare(UnaryOperator<List<SourceEntry>> choice, byte[] dpkgStatus) throws IOException, RebuildException {
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
        String text = configuration.text(settings);
        AtomicFile.write(configuration.file(), text);
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
                listener.warning("the apt source " + String.join(" ", entry.uris()) + " is configured with " + option
                        + ": yes; here its signature is checked all the same");
                strict = strict.withoutOption(option);
            }
        }
        return strict;
    }

    private Optional<String> lastUpdate() throws IOException {
        return Files.exists(updated) ? Optional.of(Files.readString(updated)) : Optional.empty();
    }

    private boolean hasLists() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(configuration.lists(), "*Release")) {
            return files.iterator().hasNext();
        }
    }

    private boolean listsAreOld() throws IOException {
        Optional<String> last = lastUpdate();
        if (last.isEmpty()) {
            return true;
        }
        String seconds = last.get().strip().replaceFirst("^\\S* ?", "");
        Instant when = seconds.matches("\\d{1,12}") ? Instant.ofEpochSecond(Long.parseLong(seconds)) : Instant.EPOCH;
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
                .withEnvironment("APT_CONFIG", configuration.file().toString())
                .withTimeout(TIME_LIMIT);
        return runner.run(command, cancellation).stdout();
    }

    /** Downloads, fetching newer lists first when something is missing that they might have. */
    String fetch(String what, List<String> arguments, List<String> listing, Path into, String step, AptMissing missing)
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
            Optional<RebuildException> absent = missing.in(text);
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
    private int apt(List<String> arguments, Optional<Path> in, Consumer<String> lines)
            throws IOException, RebuildException {
        List<String> argv = new ArrayList<>(List.of("apt-get", "-q"));
        argv.addAll(arguments);
        Command command = Command.of(argv)
                .withEnvironment("APT_CONFIG", configuration.file().toString())
                .withEnvironment("DEBIAN_FRONTEND", "noninteractive")
                .withDirectory(in.orElse(directory))
                .withTimeout(TIME_LIMIT);
        try (LineStream out = new LineStream(lines);
                LineStream err = new LineStream(lines)) {
            ProcessResult result =
                    runner.run(command, new ProcessOutput.ToStream(out), new ProcessOutput.ToStream(err), cancellation);
            return result.exitStatus();
        }
    }
}
