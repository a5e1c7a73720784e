package org.sourceos.config.nix;

import static org.assertj.core.api.Assertions.assertThat;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Asks the real nix-instantiate (the one named by {@code NIX_INSTANTIATE}, or on PATH) about every golden case. */
@Tag("slow")
class OracleTest {
    private static final String PROGRAM = System.getenv().getOrDefault("NIX_INSTANTIATE", "nix-instantiate");
    private static final Pattern VERSION = Pattern.compile("\\b2\\.(\\d+)");
    private static final Pattern ERROR = Pattern.compile("error: (.*)");

    private record Answer(int status, String out, String err) {}

    @BeforeAll
    static void isRecentEnough() {
        String version;
        try {
            version = run("--version").out();
        } catch (IOException e) {
            assumeTrue(false, "nix-instantiate is not installed: " + e.getMessage());
            return;
        }
        Matcher number = VERSION.matcher(version);
        assumeTrue(
                number.find() && Integer.parseInt(number.group(1)) >= 30,
                "nix-instantiate is older than 2.30 and words its messages differently: " + version.strip());
    }

    private static Answer run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(PROGRAM));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile("oracle", ".out");
        Path err = Files.createTempFile("oracle", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try {
                if (!process.waitFor(30, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new IOException("no answer within 30 s: " + command);
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

    @Test
    void printsWhatIsWrittenDown() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Path file : GoldenTest.okay().toList()) {
            Answer answer = run("--eval", "--strict", file.toString());
            String printed = GoldenTest.withoutPlace(file, answer.out());
            String expected = Files.readString(GoldenTest.beside(file, ".exp"), StandardCharsets.ISO_8859_1);
            if (!printed.equals(expected)) {
                wrong.add(file.getFileName() + ": " + printed + answer.err());
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void failsWithWhatIsWrittenDown() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Path file : GoldenTest.fail().toList()) {
            Answer answer = run("--eval", "--strict", file.toString());
            Matcher errors = ERROR.matcher(answer.err());
            String last = "";
            while (errors.find()) {
                last = errors.group(1);
            }
            String expected = Files.readString(GoldenTest.beside(file, ".err"), StandardCharsets.ISO_8859_1);
            if (!GoldenTest.withoutPlace(file, last).equals(expected.strip())) {
                wrong.add(file.getFileName() + ": " + last);
            }
        }
        assertThat(wrong).isEmpty();
    }
}
