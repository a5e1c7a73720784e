package org.sourceos.rebuild.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;

/**
 * The writable folders of one build: {@code build/} ({@code /build} inside, the source is in {@code /build/source}),
 * {@code out/} ({@code /out}, what is installed) and {@code scripts/} ({@code /sourceos}, read-only). Removed when closed,
 * unless it is to be kept.
 */
public final class Workspace implements AutoCloseable {
    /** 2020-01-01T00:00:00Z: one time for all files of all builds, so that none depends on when it was fetched. */
    public static final long EPOCH = 1_577_836_800L;

    /** As {@code autoconf}'s site defaults: what a plain {@code ./configure} takes for its folders. */
    private static final String CONFIG_SITE = """
            test "$prefix" = NONE && prefix=/usr
            test "$sysconfdir" = '${prefix}/etc' && sysconfdir=/etc
            test "$localstatedir" = '${prefix}/var' && localstatedir=/var
            test "$libdir" = '${exec_prefix}/lib' && libdir=/usr/lib
            test "$mandir" = '${datarootdir}/man' && mandir=/usr/share/man
            test "$infodir" = '${datarootdir}/info' && infodir=/usr/share/info
            """;

    private static final SortedMap<String, String> ENVIRONMENT = new TreeMap<>(Map.ofEntries(
            Map.entry("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
            Map.entry("HOME", "/build/home"),
            Map.entry("LANG", "C.UTF-8"),
            Map.entry("LC_ALL", "C.UTF-8"),
            Map.entry("TZ", "UTC"),
            Map.entry("TERM", "dumb"),
            Map.entry("SHELL", "/bin/sh"),
            Map.entry("USER", "root"),
            Map.entry("LOGNAME", "root"),
            Map.entry("SOURCE_DATE_EPOCH", Long.toString(EPOCH)),
            Map.entry("CONFIG_SITE", "/sourceos/config.site"),
            Map.entry("DESTDIR", "/out")));

    private final ProcessRunner runner;
    private final Sandbox sandbox;
    private final Path directory;
    private final SandboxRoot root;
    private final SandboxLimits limits;
    private final BuildLog log;
    private final Cancellation cancellation;
    private final long deadlineNanos;
    private final List<SandboxCommand.Mount> mounts = new ArrayList<>();
    private boolean kept;
    private int phases;

    private Workspace(
            ProcessRunner runner,
            Path directory,
            SandboxRoot root,
            SandboxLimits limits,
            BuildLog log,
            Cancellation cancellation) {
        this.runner = runner;
        this.sandbox = new Sandbox(runner);
        this.directory = directory;
        this.root = root;
        this.limits = limits;
        this.log = log;
        this.cancellation = cancellation;
        this.deadlineNanos = System.nanoTime() + limits.timeout().toNanos();
    }

    /**
     * @param directory on a disk on which there is room; removed with all that is in it when the workspace is closed
     * @param limits for all phases together, as far as the timeout goes
     */
    public static Workspace create(
            ProcessRunner runner,
            Path directory,
            SandboxRoot root,
            SandboxLimits limits,
            BuildLog log,
            Cancellation cancellation)
            throws IOException {
        Files.createDirectories(directory.resolve("build/source"));
        Files.createDirectories(directory.resolve("build/home"));
        Files.createDirectories(directory.resolve("out"));
        Files.createDirectories(directory.resolve("scripts"));
        Files.writeString(directory.resolve("scripts/config.site"), CONFIG_SITE);
        return new Workspace(runner, directory, root, limits, log, cancellation);
    }

    public Path directory() {
        return directory;
    }

    /** What the sandbox sees as {@code /build/source}. */
    public Path source() {
        return directory.resolve("build/source");
    }

    /** What the sandbox sees as {@code /out}. */
    public Path out() {
        return directory.resolve("out");
    }

    /** Shows a directory of the host inside, read-only. */
    public void mount(Path folder, String target) {
        mounts.add(new SandboxCommand.Mount(folder, target, false));
    }

    /** Puts a file into {@code /sourceos}. */
    public void provide(String name, byte[] content) throws IOException {
        Path file = directory.resolve("scripts").resolve(name);
        Files.write(file, content);
    }

    /** Leaves everything where it is when closed. */
    public void keep() {
        kept = true;
    }

    /**
     * Runs {@code script} with {@code sh -e} in a sandbox of its own.
     *
     * @param phase what the script is, for messages: {@code "the build script"}
     * @param folder where it runs, as the sandbox sees it
     * @param environment beyond what every build has
     * @throws RebuildException BUILD_FAILED or TIMED_OUT with the end of the log
     */
    public void run(String phase, String folder, Map<String, String> environment, String script)
            throws RebuildException, IOException {
        String name = "phase-" + ++phases;
        provide(name, script.getBytes(StandardCharsets.UTF_8));
        run(phase, folder, environment, List.of("/bin/sh", "-e", "/sourceos/" + name));
    }

    /** Runs a program. */
    public void run(String phase, String folder, Map<String, String> environment, List<String> argv)
            throws RebuildException, IOException {
        log.heading(phase);
        SortedMap<String, String> all = new TreeMap<>(ENVIRONMENT);
        all.putAll(environment);
        List<SandboxCommand.Mount> seen = new ArrayList<>(List.of(
                new SandboxCommand.Mount(directory.resolve("build"), "/build", true),
                new SandboxCommand.Mount(directory.resolve("out"), "/out", true),
                new SandboxCommand.Mount(directory.resolve("scripts"), "/sourceos", false)));
        seen.addAll(mounts);
        Duration left = Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
        SandboxOutcome outcome = sandbox.run(
                new SandboxCommand(root, seen, folder, all, argv), limits.withTimeout(left), log, cancellation);
        if (!outcome.succeeded()) {
            throw failure(phase, outcome);
        }
    }

    private RebuildException failure(String phase, SandboxOutcome outcome) {
        boolean timedOut = outcome instanceof SandboxOutcome.TimedOut;
        String what;
        if (outcome instanceof SandboxOutcome.Exited exited) {
            what = "ended with status " + exited.status();
        } else if (outcome instanceof SandboxOutcome.Exceeded exceeded) {
            what = exceeded.what() + ", and was ended";
        } else {
            what = "was ended at the time limit of " + limits.timeout().toMinutes()
                    + " min for the whole build; raise [build] timeout in the recipe if it needs longer";
        }
        StringBuilder message = new StringBuilder(phase + " " + what);
        List<String> errors = log.earlierErrors();
        if (!errors.isEmpty()) {
            message.append("; its first errors:\n");
            errors.forEach(line -> message.append("  ").append(line).append('\n'));
            message.append("and");
        } else {
            message.append(';');
        }
        message.append(" the end of its log:\n");
        log.tail().forEach(line -> message.append("  ").append(line).append('\n'));
        message.append("the whole log: ").append(log.file());
        if (log.triedNetwork()) {
            message.append(
                    "\nbuilds have no network: fetch what it wants as a source, or add the package that has it to "
                            + "[build] depends");
        }
        return new RebuildException(
                timedOut ? RebuildException.Kind.TIMED_OUT : RebuildException.Kind.BUILD_FAILED,
                message.toString(),
                java.util.Optional.of(log.file()),
                null);
    }

    /**
     * Removes the tree, however a hostile build left it: folders without permissions, names that are no text. The tools of
     * the system do that right.
     */
    @Override
    public void close() {
        if (kept) {
            return;
        }
        try {
            remove(runner, directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the build tree " + directory, e);
        }
    }

    /** Removes a build tree. */
    public static void remove(ProcessRunner runner, Path directory) throws IOException {
        if (Files.exists(directory)) {
            Cancellation never = new Cancellation();
            Command remove = Command.of("rm", "-rf", "--", directory.toString());
            if (!runner.run(remove, never).succeeded()) {
                // Only folders without permissions stand in the way, and walking a large tree just in case costs
                // seconds.
                runner.run(Command.of("chmod", "-R", "u+rwX", "--", directory.toString()), never);
                runner.output(remove, never);
            }
        }
    }
}
