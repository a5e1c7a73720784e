package org.sourceos.rebuild.base;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.sourceos.config.debian.SourceEntry;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessFailedException;
import org.sourceos.host.ProcessOutput;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.RebuildException.Kind;
import org.sourceos.rebuild.apt.AptMessages;
import org.sourceos.rebuild.progress.LineStream;

/** {@code mmdebstrap(1)}, as root or as an ordinary user, with the machine's apt sources and nothing else of its apt. */
public final class Mmdebstrap {
    private static final Duration TIME_LIMIT = Duration.ofHours(2);
    private static final int TAIL = 20_000;

    /** Any fixed moment: what maintainer scripts write as "now". */
    private static final String EPOCH = "1767225600";

    private final ProcessRunner runner;

    public Mmdebstrap(ProcessRunner runner) {
        this.runner = runner;
    }

    /**
     * What is to be made.
     *
     * @param arguments options of {@code mmdebstrap(1)}; how it becomes root and where packages come from is not theirs
     * @param settings apt's settings for reaching the sources, as lines of {@code apt.conf(5)}
     * @param target the archive or folder that is to appear
     */
    public record Request(
            List<String> arguments, String suite, List<SourceEntry> sources, List<String> settings, Path target) {
        public Request {
            arguments = List.copyOf(arguments);
            sources = List.copyOf(sources);
            settings = List.copyOf(settings);
        }
    }

    /**
     * Makes it.
     *
     * @param what begins the message when that fails
     * @param folder the caller's own, for what is needed on the way
     * @param output is given each line that it says
     */
    public void run(String what, Request request, Path folder, Consumer<String> output, Cancellation cancellation)
            throws RebuildException, IOException {
        Path list = folder.resolve("base.sources");
        StringBuilder text = new StringBuilder();
        request.sources().forEach(entry -> text.append(entry.print()));
        Files.write(list, text.toString().getBytes(StandardCharsets.ISO_8859_1));
        Path options = folder.resolve("apt.options");
        Files.write(options, request.settings(), StandardCharsets.UTF_8);

        String mode = mode(what);
        List<String> argv = new ArrayList<>(List.of("mmdebstrap", "--mode=" + mode, "--aptopt=" + options));
        argv.addAll(request.arguments());
        argv.addAll(List.of(request.suite(), request.target().toString(), list.toString()));
        Command command = Command.of(argv)
                .withEnvironment("SOURCE_DATE_EPOCH", EPOCH)
                .withEnvironment("DEBIAN_FRONTEND", "noninteractive")
                .withDirectory(folder)
                .withTimeout(TIME_LIMIT);
        if (mode.equals("root")) {
            command = command.withEnvironment("TMPDIR", folder.toString());
        }
        start(what, command, output, cancellation);
    }

    private void start(String what, Command command, Consumer<String> output, Cancellation cancellation)
            throws RebuildException, IOException {
        StringBuilder tail = new StringBuilder();
        try (LineStream lines = new LineStream(line -> {
            tail.append(line).append('\n');
            tail.delete(0, Math.max(0, tail.length() - TAIL));
            output.accept(line);
        })) {
            ProcessResult result =
                    runner.run(command, new ProcessOutput.Discarded(), new ProcessOutput.ToStream(lines), cancellation);
            lines.close();
            if (!result.succeeded()) {
                throw AptMessages.explain(what, "mmdebstrap", tail.toString());
            }
        } catch (ProcessFailedException e) {
            if (e.exitStatus() == 127) {
                throw new RebuildException(
                        Kind.UNUSABLE,
                        what + ": mmdebstrap is not installed; `apt install mmdebstrap` (as root) installs it",
                        e);
            }
            throw e;
        }
    }

    /** Root needs nothing; others need subordinate ids and a user namespace, or fakechroot. */
    private static String mode(String what) throws RebuildException, IOException {
        if (Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            return "root";
        }
        boolean namespaces = Files.isExecutable(Path.of("/usr/bin/newuidmap"))
                && hasSubordinateIds("/etc/subuid")
                && hasSubordinateIds("/etc/subgid");
        if (namespaces) {
            return "unshare";
        }
        if (Files.isExecutable(Path.of("/usr/bin/fakechroot")) && Files.isExecutable(Path.of("/usr/bin/fakeroot"))) {
            return "fakechroot";
        }
        String user = System.getProperty("user.name", "USER");
        throw new RebuildException(
                Kind.UNUSABLE,
                what + ": as an ordinary user that takes subordinate user ids, and " + user
                        + " has none (or newuidmap is missing); as root, run\n  apt install uidmap\n"
                        + "  usermod --add-subuids 100000-165535 --add-subgids 100000-165535 " + user
                        + "\nor install fakechroot and fakeroot instead");
    }

    private static boolean hasSubordinateIds(String file) throws IOException {
        Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        String name = Files.getOwner(Path.of("/proc/self")).getName();
        if (!Files.isReadable(Path.of(file))) {
            return false;
        }
        try (java.util.stream.Stream<String> lines = Files.lines(Path.of(file), StandardCharsets.UTF_8)) {
            return lines.anyMatch(line -> line.startsWith(name + ":") || line.startsWith(uid + ":"));
        }
    }
}
