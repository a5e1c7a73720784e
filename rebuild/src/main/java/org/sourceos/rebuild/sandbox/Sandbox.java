package org.sourceos.rebuild.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessFailedException;
import org.sourceos.host.ProcessOutput;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;
import org.sourceos.host.RunningProcess;
import org.sourceos.rebuild.RebuildException;

/** Runs programs with bubblewrap. Nothing of a program is left when {@link #run} returns, however it returns. */
public final class Sandbox {
    private static final Duration GLANCE = Duration.ofMillis(100);
    private static final int GLANCES_PER_MEASUREMENT = 10;

    private final ProcessRunner runner;

    public Sandbox(ProcessRunner runner) {
        this.runner = runner;
    }

    /**
     * Runs to the end or to a limit; everything printed goes to {@code log}.
     *
     * @throws RebuildException UNUSABLE when the machine has no bubblewrap or forbids it
     * @throws java.util.concurrent.CancellationException when cancelled
     */
    public SandboxOutcome run(SandboxCommand command, SandboxLimits limits, BuildLog log, Cancellation cancellation)
            throws RebuildException, IOException {
        Command bubblewrap = Command.of(BubblewrapCommandLine.of(command, limits));
        try (RunningProcess process =
                runner.start(bubblewrap, new ProcessOutput.ToStream(log), new ProcessOutput.Captured(), cancellation)) {
            SandboxOutcome outcome = watch(process, command, limits, log);
            cancellation.throwIfCancelled();
            return outcome;
        } catch (ProcessFailedException e) {
            throw new RebuildException(
                    RebuildException.Kind.UNUSABLE,
                    "cannot start the build sandbox: " + e.getMessage()
                            + "; install the packages bubblewrap and util-linux (apt install bubblewrap util-linux)",
                    e);
        }
    }

    private static SandboxOutcome watch(
            RunningProcess process, SandboxCommand command, SandboxLimits limits, BuildLog log)
            throws RebuildException, IOException {
        long deadline = System.nanoTime() + limits.timeout().toNanos();
        for (int glance = 1; ; glance++) {
            Optional<ProcessResult> result = process.await(GLANCE);
            if (result.isPresent()) {
                failIfBubblewrapDid(result.get());
                return log.isFull()
                        ? printedTooMuch(limits)
                        : new SandboxOutcome.Exited(result.get().exitStatus());
            }
            if (System.nanoTime() > deadline) {
                return new SandboxOutcome.TimedOut(limits.timeout());
            }
            if (log.isFull()) {
                return printedTooMuch(limits);
            }
            if (glance % GLANCES_PER_MEASUREMENT == 0) {
                Optional<SandboxOutcome> excess = measure(process.pid(), command, limits);
                if (excess.isPresent()) {
                    return excess.get();
                }
            }
        }
    }

    private static SandboxOutcome printedTooMuch(SandboxLimits limits) {
        return new SandboxOutcome.Exceeded("printed more than " + mebibytes(limits.logBytes()));
    }

    private static Optional<SandboxOutcome> measure(long pid, SandboxCommand command, SandboxLimits limits)
            throws IOException {
        List<ProcessHandle> all = ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .toList();
        if (all.size() > limits.processes()) {
            return Optional.of(
                    new SandboxOutcome.Exceeded("started more than " + limits.processes() + " processes at once"));
        }
        if (limits.memoryMib() > 0) {
            long resident = all.stream().mapToLong(p -> residentBytes(p.pid())).sum();
            if (resident > (long) limits.memoryMib() << 20) {
                return Optional.of(new SandboxOutcome.Exceeded("used more than " + limits.memoryMib()
                        + " MiB of memory; raise [build] memory in the recipe if it needs more"));
            }
        }
        for (SandboxCommand.Mount mount : command.mounts()) {
            if (mount.writable() && Files.getFileStore(mount.source()).getUsableSpace() < limits.freeDiskBytes()) {
                return Optional.of(new SandboxOutcome.Exceeded("filled the disk of " + mount.source()
                        + " (less than " + mebibytes(limits.freeDiskBytes())
                        + " are free); free some space, or put the store on a larger disk"));
            }
        }
        return Optional.empty();
    }

    /** The second number of proc_pid_statm(5), in pages; nothing for a process that has ended meanwhile. */
    private static long residentBytes(long pid) {
        try {
            String[] fields = Files.readString(Path.of("/proc", Long.toString(pid), "statm"), StandardCharsets.US_ASCII)
                    .split(" ");
            return Long.parseLong(fields[1]) * 4096;
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return 0;
        }
    }

    private static void failIfBubblewrapDid(ProcessResult result) throws RebuildException {
        String complaint = result.stderrTail().strip();
        if (result.succeeded() || !(complaint.startsWith("bwrap: ") || complaint.startsWith("prlimit: "))) {
            return;
        }
        String advice = "see bwrap(1)";
        if (complaint.contains("namespace")
                || complaint.contains("uid map")
                || complaint.contains("Operation not permitted")
                || complaint.contains("Permission denied")) {
            advice = "this machine forbids user namespaces to uid " + uid()
                    + ": set sysctl kernel.unprivileged_userns_clone=1 (older Debian), user.max_user_namespaces above 0, "
                    + "or kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu), or build as root";
        }
        throw new RebuildException(
                RebuildException.Kind.UNUSABLE, "cannot set up the build sandbox: " + complaint + "\n" + advice);
    }

    private static String uid() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
        } catch (IOException | UnsupportedOperationException e) {
            return "?";
        }
    }

    private static String mebibytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}
