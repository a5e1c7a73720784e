package org.sourceos.gitstore.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sourceos.gitstore.StoreException;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessFailedException;
import org.sourceos.host.ProcessOutput;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;
import org.sourceos.host.RunningProcess;

/** The user's git, run in one folder with one environment. */
record GitProgram(Path folder, GitEnvironment environment, ProcessRunner runner) {
    private static final long LARGEST_ANSWER = 64L << 20;
    private static final Duration TIME_LIMIT = Duration.ofMinutes(10);
    private static final Duration GLANCE = Duration.ofMillis(100);

    /** What git wrote, to the byte, and how it ended. */
    record Answer(int status, byte[] bytes, String errors) {
        boolean succeeded() {
            return status == 0;
        }

        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** Whatever the status; fails only if git cannot be run at all. */
    Answer ask(Cancellation cancellation, String... arguments) throws StoreException {
        try {
            // The kernel writes the file, so the answer is complete when git has ended; and it is bytes, as names are.
            Path output = Files.createTempFile("sourceos-git-", "");
            try {
                ProcessResult result =
                        run(List.of(arguments), new Command.Stdin.Empty(), output, LARGEST_ANSWER, cancellation);
                return new Answer(
                        result.exitStatus(),
                        Files.readAllBytes(output),
                        result.stderrTail().strip());
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw notRun(e);
        }
    }

    /** @param purpose completes "cannot …" */
    Answer need(String purpose, Cancellation cancellation, String... arguments) throws StoreException {
        Answer answer = ask(cancellation, arguments);
        if (!answer.succeeded()) {
            throw failed(purpose, answer.status(), answer.errors());
        }
        return answer;
    }

    /** @param limit in bytes, of what git may write */
    void toFile(String purpose, Path stdin, Path stdout, long limit, Cancellation cancellation, String... arguments)
            throws StoreException {
        ProcessResult result;
        try {
            result = run(List.of(arguments), new Command.Stdin.File(stdin), stdout, limit, cancellation);
        } catch (IOException e) {
            throw notRun(e);
        }
        if (!result.succeeded()) {
            throw failed(purpose, result.exitStatus(), result.stderrTail().strip());
        }
    }

    private ProcessResult run(
            List<String> arguments, Command.Stdin stdin, Path stdout, long limit, Cancellation cancellation)
            throws IOException {
        List<String> argv = new ArrayList<>(List.of("git", "--no-pager"));
        argv.addAll(arguments);
        Command command = Command.of(argv);
        Map<String, String> all = new LinkedHashMap<>(command.environment());
        all.putAll(environment.variables());
        command = command.withOnlyEnvironment(all)
                .withDirectory(folder)
                .withStdin(stdin)
                .withTimeout(TIME_LIMIT);
        try (RunningProcess process =
                runner.start(command, new ProcessOutput.ToFile(stdout), new ProcessOutput.Captured(), cancellation)) {
            long deadline = System.nanoTime() + TIME_LIMIT.toNanos();
            while (true) {
                Optional<ProcessResult> result =
                        System.nanoTime() - deadline < 0 ? process.await(GLANCE) : Optional.of(process.await());
                // A tree of a few bytes can list billions of files, and a file takes what the disk has.
                if (Files.size(stdout) > limit) {
                    throw new IOException("git " + arguments.get(0) + " has more to say than " + (limit >> 20)
                            + " MiB, which is far more than there can be about a configuration");
                }
                if (result.isPresent()) {
                    cancellation.throwIfCancelled();
                    return result.get();
                }
            }
        }
    }

    private StoreException notRun(IOException failure) {
        if (failure instanceof ProcessFailedException program && program.exitStatus() == 127) {
            return new StoreException(
                    "cannot look at the repository in " + folder
                            + ": git is not installed; `apt install git` (as root) installs it",
                    failure);
        }
        return new StoreException(
                "cannot run git for the repository in " + folder + ": " + failure.getMessage(), failure);
    }

    StoreException failed(String purpose, int status, String errors) {
        return new StoreException("cannot " + purpose + ": git "
                + (errors.isEmpty() ? "ended with status " + status : "said\n  " + errors.replace("\n", "\n  ")));
    }
}
