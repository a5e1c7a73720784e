package org.sourceos.config.nix;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The real nix-instantiate: the one named by {@code NIX_INSTANTIATE}, or on PATH. */
final class Oracle {
    private static final String PROGRAM = System.getenv().getOrDefault("NIX_INSTANTIATE", "nix-instantiate");
    private static final Pattern VERSION = Pattern.compile("\\b2\\.(\\d+)");
    private static final Pattern ERROR = Pattern.compile("error: (.*)");

    private Oracle() {}

    /** What it printed, one byte per char. */
    record Answer(int status, String out, String err) {
        /** What stands after the last {@code error:}, to the end of the line; empty when there is none. */
        String lastError() {
            Matcher errors = ERROR.matcher(err);
            String last = "";
            while (errors.find()) {
                last = errors.group(1);
            }
            return last;
        }
    }

    /** Skips a test where there is none, or one that words its messages differently. */
    static void assumeRecent() {
        String version;
        try {
            version = ask(Path.of("/"), "--version").out();
        } catch (IOException e) {
            assumeTrue(false, "nix-instantiate is not installed: " + e.getMessage());
            return;
        }
        Matcher number = VERSION.matcher(version);
        assumeTrue(
                number.find() && Integer.parseInt(number.group(1)) >= 30,
                "nix-instantiate is older than 2.30 and words its messages differently: " + version.strip());
    }

    static Answer ask(Path directory, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(PROGRAM));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile("oracle", ".out");
        Path err = Files.createTempFile("oracle", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try {
                if (!process.waitFor(60, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new IOException("no answer within a minute: " + command);
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                throw new IOException(e);
            }
            return new Answer(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.ISO_8859_1),
                    Files.readString(err, StandardCharsets.ISO_8859_1));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
