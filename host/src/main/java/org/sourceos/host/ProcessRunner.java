package org.sourceos.host;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Starts programs. The only place of the project that does.
 *
 * <p>A program never outlives this process, {@link #startDetached} and {@link #startAnnounced} excepted: it is started through {@code setpriv --pdeathsig}, so that the kernel ends it
 * when we are killed, and a {@link Cancellation} ends it when the command is interrupted (SIGTERM, SIGKILL after two
 * seconds, descendants included).
 */
public final class ProcessRunner {
    private static final int STDOUT_LIMIT = 64 << 20;
    private static final int STDERR_TAIL = 8 << 10;
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    /** Runs to the end, whatever the exit status; output is captured. */
    public ProcessResult run(Command command, Cancellation cancellation) throws IOException {
        return run(command, new ProcessOutput.Captured(), new ProcessOutput.Captured(), cancellation);
    }

    public ProcessResult run(Command command, ProcessOutput stdout, ProcessOutput stderr, Cancellation cancellation)
            throws IOException {
        try (RunningProcess process = start(command, stdout, stderr, cancellation)) {
            ProcessResult result = process.await();
            cancellation.throwIfCancelled();
            return result;
        }
    }

    /** Runs and gives the standard output; any other exit status than 0 is a {@link ProcessFailedException}. */
    public String output(Command command, Cancellation cancellation) throws IOException {
        ProcessResult result = run(command, cancellation);
        if (!result.succeeded()) {
            throw failed(command, result);
        }
        return result.stdout();
    }

    /** The exception that says a finished program's status and the end of its standard error. */
    public static ProcessFailedException failed(Command command, ProcessResult result) {
        String tail = result.stderrTail().strip();
        return new ProcessFailedException(
                command.program() + " ended with status " + result.exitStatus() + (tail.isEmpty() ? "" : ":\n" + tail),
                result.exitStatus(),
                false);
    }

    /** Starts; the caller owns what it gets and closes it. */
    public RunningProcess start(Command command, ProcessOutput stdout, ProcessOutput stderr, Cancellation cancellation)
            throws IOException {
        cancellation.throwIfCancelled();
        CompletableFuture<Started> started = new CompletableFuture<>();
        // The kernel sends the parent-death signal when the *thread* that started the child ends, so the child gets a
        // thread of its own that stays until the child is gone.
        Thread owner = new Thread(
                () -> {
                    try {
                        Process process = builder(command, stdout, stderr).start();
                        started.complete(new Started(process));
                        while (process.isAlive()) {
                            try {
                                process.waitFor();
                            } catch (InterruptedException e) {
                                // Nobody interrupts this thread; were it to end early, the child would be killed.
                            }
                        }
                    } catch (IOException e) {
                        started.completeExceptionally(e);
                    }
                },
                "process-" + command.program());
        owner.setDaemon(true);
        owner.start();
        try {
            return started.get().attach(command, stdout, stderr, cancellation);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            started.thenAccept(s -> s.process().destroyForcibly());
            throw new InterruptedIOException("interrupted while starting " + command.program());
        } catch (ExecutionException e) {
            throw notStarted(command, e);
        }
    }

    /**
     * Starts a program that goes on when this process has ended, however that ended. It has a session of its own, no input,
     * and no output but what it says on standard error.
     */
    public ProcessIdentity startDetached(Command command, Path stderr) throws IOException {
        try {
            return DetachedStart.start(command, findProgram(command), stderr);
        } catch (IOException e) {
            throw notStarted(command, e);
        }
    }

    /**
     * The same for a program that starts another one in its place and ends: it says which on its standard output, in one
     * line with the process number and the time of its start as {@link ProcessIdentity} has it.
     */
    public ProcessIdentity startAnnounced(Command command, Path stderr) throws IOException {
        try {
            return DetachedStart.announced(command, findProgram(command), stderr);
        } catch (IOException e) {
            throw notStarted(command, e);
        }
    }

    private static ProcessFailedException notStarted(Command command, Exception cause) {
        String reason = String.valueOf(cause.getMessage());
        boolean missing = reason.contains("error=2,");
        ProcessFailedException failure = new ProcessFailedException(
                missing
                        ? "cannot start " + command.argv().get(0) + ": not found"
                        : "cannot start " + command.argv().get(0) + ": " + reason,
                missing ? 127 : 126,
                false);
        failure.initCause(cause);
        return failure;
    }

    private static ProcessBuilder builder(Command command, ProcessOutput stdout, ProcessOutput stderr)
            throws IOException {
        List<String> argv = new ArrayList<>();
        if (Files.isExecutable(SETPRIV)) {
            String program = findProgram(command);
            argv.addAll(List.of(SETPRIV.toString(), "--pdeathsig", "KILL", "--", program));
            argv.addAll(command.argv().subList(1, command.argv().size()));
        } else {
            argv.addAll(command.argv());
        }
        ProcessBuilder builder = new ProcessBuilder(argv);
        command.directory().ifPresent(d -> builder.directory(d.toFile()));
        builder.environment().clear();
        builder.environment().putAll(command.environment());
        if (command.stdin() instanceof Command.Stdin.File file) {
            builder.redirectInput(file.path().toFile());
        } else if (command.stdin() instanceof Command.Stdin.Empty) {
            builder.redirectInput(new File("/dev/null"));
        } else if (command.stdin() instanceof Command.Stdin.Inherited) {
            builder.redirectInput(ProcessBuilder.Redirect.INHERIT);
        }
        redirect(stdout).ifPresent(builder::redirectOutput);
        redirect(stderr).ifPresent(builder::redirectError);
        return builder;
    }

    /** Looks the program up ourselves: behind {@code setpriv} a missing one would be indistinguishable from its status 127. */
    private static String findProgram(Command command) throws IOException {
        String name = command.argv().get(0);
        if (name.contains("/")) {
            if (!Files.exists(Path.of(name))) {
                throw new IOException("error=2, not found");
            }
            return name;
        }
        String path = command.environment().getOrDefault("PATH", "/usr/bin:/bin");
        for (String folder : path.split(":")) {
            Path candidate = Path.of(folder.isEmpty() ? "." : folder, name);
            if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
                return candidate.toString();
            }
        }
        throw new IOException("error=2, not found");
    }

    private static Optional<ProcessBuilder.Redirect> redirect(ProcessOutput output) {
        if (output instanceof ProcessOutput.Discarded) {
            return Optional.of(ProcessBuilder.Redirect.DISCARD);
        }
        if (output instanceof ProcessOutput.Inherited) {
            return Optional.of(ProcessBuilder.Redirect.INHERIT);
        }
        if (output instanceof ProcessOutput.ToFile file) {
            return Optional.of(ProcessBuilder.Redirect.appendTo(file.file().toFile()));
        }
        return Optional.empty();
    }

    private record Started(Process process) {
        RunningProcess attach(Command command, ProcessOutput stdout, ProcessOutput stderr, Cancellation cancellation) {
            Collector out = Collector.start(process.getInputStream(), stdout, STDOUT_LIMIT, false);
            Collector err = Collector.start(process.getErrorStream(), stderr, STDERR_TAIL, true);
            return new Attached(command, process, out, err, cancellation);
        }
    }

    private static final class Attached implements RunningProcess {
        private final Command command;
        private final Process process;
        private final Collector out;
        private final Collector err;
        private final Cancellation.Registration registration;
        private final long startedNanos = System.nanoTime();

        Attached(Command command, Process process, Collector out, Collector err, Cancellation cancellation) {
            this.command = command;
            this.process = process;
            this.out = out;
            this.err = err;
            this.registration = cancellation.onCancel(this::terminateThenKill);
        }

        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public OutputStream stdin() {
            return process.getOutputStream();
        }

        @Override
        public ProcessResult await() throws IOException {
            if (command.timeout().isEmpty()) {
                while (true) {
                    Optional<ProcessResult> result = await(Duration.ofDays(1));
                    if (result.isPresent()) {
                        return result.get();
                    }
                }
            }
            Duration limit = command.timeout().get();
            Duration elapsed = Duration.ofNanos(System.nanoTime() - startedNanos);
            return await(limit.minus(elapsed)).orElseThrow(() -> {
                kill();
                return new ProcessFailedException(
                        command.program() + " was killed at its time limit of " + limit.toSeconds() + " s", 137, true);
            });
        }

        @Override
        public Optional<ProcessResult> await(Duration limit) throws IOException {
            try {
                if (!process.waitFor(Math.max(0, limit.toMillis()), TimeUnit.MILLISECONDS)) {
                    return Optional.empty();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                kill();
                throw new InterruptedIOException("interrupted while waiting for " + command.program());
            }
            registration.close();
            return Optional.of(new ProcessResult(process.exitValue(), out.text(), err.text()));
        }

        @Override
        public void terminate() {
            process.destroy();
        }

        @Override
        public void kill() {
            List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
            process.destroyForcibly();
            all.forEach(ProcessHandle::destroyForcibly);
        }

        private void terminateThenKill() {
            List<ProcessHandle> descendants = process.descendants().toList();
            process.destroy();
            CompletableFuture.delayedExecutor(GRACE.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> {
                        process.destroyForcibly();
                        descendants.forEach(ProcessHandle::destroyForcibly);
                    });
        }

        @Override
        public void close() {
            registration.close();
            if (process.isAlive()) {
                kill();
                try {
                    process.waitFor();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Reads one output to its end in a thread of its own, so that neither pipe can fill up and stop the program. */
    private static final class Collector {
        private final CompletableFuture<String> text = new CompletableFuture<>();

        /** Whether what was read is being handed on, which takes as long as whoever gets it takes. */
        private volatile boolean delivering;

        static Collector start(InputStream in, ProcessOutput output, int limit, boolean keepTail) {
            Collector collector = new Collector();
            if (output instanceof ProcessOutput.Discarded
                    || output instanceof ProcessOutput.ToFile
                    || output instanceof ProcessOutput.Inherited) {
                collector.text.complete("");
                return collector;
            }
            Thread reader = new Thread(() -> collector.read(in, output, limit, keepTail), "process-output");
            reader.setDaemon(true);
            reader.start();
            return collector;
        }

        private void read(InputStream in, ProcessOutput output, int limit, boolean keepTail) {
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            byte[] buffer = new byte[1 << 16];
            try (in) {
                int n;
                while ((n = in.read(buffer)) >= 0) {
                    if (output instanceof ProcessOutput.ToStream stream) {
                        deliver(buffer, n, stream.stream());
                    } else if (keepTail) {
                        kept.write(buffer, 0, n);
                        if (kept.size() > 4 * limit) {
                            byte[] all = kept.toByteArray();
                            kept.reset();
                            kept.write(all, all.length - limit, limit);
                        }
                    } else if (kept.size() < limit) {
                        kept.write(buffer, 0, Math.min(n, limit - kept.size()));
                    }
                }
            } catch (IOException e) {
                // The pipe ended with the program, or nobody listens any more: what was read is all there is.
            }
            byte[] all = kept.toByteArray();
            int from = keepTail ? Math.max(0, all.length - limit) : 0;
            text.complete(new String(all, from, all.length - from, StandardCharsets.UTF_8));
        }

        private void deliver(byte[] buffer, int length, OutputStream stream) throws IOException {
            delivering = true;
            try {
                stream.write(buffer, 0, length);
                stream.flush();
            } finally {
                delivering = false;
            }
        }

        /**
         * A daemonised grandchild may hold the pipe open for ever; after the program's end two seconds are enough, unless
         * there is output that is still on its way to a slow reader.
         */
        String text() {
            while (true) {
                try {
                    return text.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return "";
                } catch (ExecutionException e) {
                    return "";
                } catch (TimeoutException e) {
                    if (!delivering) {
                        return "";
                    }
                }
            }
        }
    }
}
