package org.sourceos.host;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The one way to start a program that outlives this process: see {@link ProcessRunner#startDetached}. */
final class DetachedStart {
    private DetachedStart() {}

    static ProcessIdentity start(Command command, String program, Path stderr) throws IOException {
        Process process = builder(command, program, stderr)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        // Until somebody waits for it a process keeps its number; the JDK waits in a thread of its own.
        return ProcessIdentity.of(process.pid())
                .orElseThrow(() -> new IOException(command.program() + " ended at once, with status "
                        + (process.isAlive() ? "unknown" : process.exitValue())));
    }

    /** What the program itself has started, as it says in one line: process number and when that was started. */
    static ProcessIdentity announced(Command command, String program, Path stderr) throws IOException {
        Process process = builder(command, program, stderr).start();
        try (BufferedReader said = process.inputReader(StandardCharsets.US_ASCII)) {
            String line = said.readLine();
            String[] numbers = line == null ? new String[0] : line.split(" ", -1);
            if (numbers.length != 2) {
                throw new IOException(command.program() + " has not started it: "
                        + Files.readString(stderr).strip());
            }
            return new ProcessIdentity(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
        } catch (NumberFormatException e) {
            throw new IOException(command.program() + " did not say what it has started", e);
        }
    }

    private static ProcessBuilder builder(Command command, String program, Path stderr) {
        // A session of its own: no terminal's signal reaches it, nor one for our process group.
        List<String> argv = new ArrayList<>(List.of("/usr/bin/setsid", program));
        argv.addAll(command.argv().subList(1, command.argv().size()));
        ProcessBuilder builder =
                new ProcessBuilder(argv).redirectInput(new File("/dev/null")).redirectError(stderr.toFile());
        command.directory().ifPresent(d -> builder.directory(d.toFile()));
        builder.environment().clear();
        builder.environment().putAll(command.environment());
        return builder;
    }
}
