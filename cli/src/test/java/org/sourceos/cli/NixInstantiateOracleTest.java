package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;

/**
 * Gives the real nix-instantiate (the one named by {@code NIX_INSTANTIATE}, or on PATH) the command lines of the transcripts,
 * and ours and the real one the golden texts of the language: the same standard output, exit status and last
 * {@code error:} line.
 */
@Tag("slow")
class NixInstantiateOracleTest {
    private static final String PROGRAM = System.getenv().getOrDefault("NIX_INSTANTIATE", "nix-instantiate");
    private static final Pattern VERSION = Pattern.compile("\\b2\\.(\\d+)");
    private static final Pattern ERROR = Pattern.compile("error: (.*)");
    /** Golden texts about which the two may differ, and why. */
    private static final Map<String, String> NOT_COMPARED = Map.of(
            "b-storedir.nix", "names the store",
            "b-context.nix", "names paths in the store",
            "repeated-cycle.nix", "the real one writes a gigabyte of XML before it gives up",
            "b-unsafegetattrpos-string.nix", "line and column are values at once",
            "curpos-string.nix", "line and column are values at once",
            "lambda-default-recursive.nix", "one default is a value before it is asked for");

    /** Commands whose answer is SourceOS's own: it has no store. */
    private static final String OWN = "# SourceOS's own answers";

    private static final Path TEXTS =
            Path.of("../config/src/test/resources/nix/okay").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    private Path directory;

    @BeforeAll
    static void isRecentEnough() {
        String version;
        try {
            version = new ProcessRunner().output(Command.of(PROGRAM, "--version"), new Cancellation());
        } catch (IOException e) {
            assumeTrue(false, "there is no nix-instantiate to compare with: " + e.getMessage());
            return;
        }
        Matcher number = VERSION.matcher(version);
        assumeTrue(
                number.find() && Integer.parseInt(number.group(1)) >= 30,
                "nix-instantiate is older than 2.30 and words its messages differently: " + version.strip());
    }

    @BeforeEach
    void layOutFiles() throws IOException {
        directory = NixInstantiateTest.layOut(folder);
    }

    private Outcome real(Transcript.Invocation invocation) throws IOException {
        List<String> argv = new ArrayList<>(invocation.words());
        argv.set(0, PROGRAM);
        Command command = Command.of(argv)
                .withOnlyEnvironment(NixInstantiateTest.environment(directory, invocation))
                .withDirectory(directory)
                .withStdin(
                        invocation.input().isEmpty()
                                ? new Command.Stdin.Empty()
                                : new Command.Stdin.File(directory.resolve(invocation.input())));
        ProcessResult result = new ProcessRunner().run(command, new Cancellation());
        return new Outcome(
                result.exitStatus(),
                NixInstantiateTest.pwd(directory, result.stdout()),
                NixInstantiateTest.pwd(directory, result.stderrTail()));
    }

    private static String lastError(Outcome outcome) {
        Matcher errors = ERROR.matcher(outcome.err());
        String last = "";
        while (errors.find()) {
            last = errors.group(1);
        }
        return last;
    }

    /** Empty when they say the same. */
    private static String difference(String line, Outcome real, Outcome ours) {
        // The real one begins to write XML before it knows whether it can finish.
        boolean begun = real.status() != 0 && line.contains("--xml");
        boolean same = (begun || real.out().equals(ours.out()))
                && real.status() == ours.status()
                && lastError(real).equals(lastError(ours));
        return same ? "" : "\nreal:\n" + Transcript.shown(line, real) + "ours:\n" + Transcript.shown(line, ours);
    }

    static Stream<Transcript> transcripts() throws IOException {
        return NixInstantiateTest.transcripts();
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void theTranscriptsAreTrue(Transcript transcript) throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Transcript.Part part : transcript.parts()) {
            if (part instanceof Transcript.Note note && note.line().equals(OWN)) {
                break;
            }
            if (part instanceof Transcript.Run run) {
                wrong.add(difference(run.line(), real(run.invocation()), run.expected()));
            }
        }
        wrong.removeIf(String::isEmpty);
        assertThat(wrong).isEmpty();
    }

    static Stream<String> options() {
        return Stream.of("--parse", "--eval", "--eval --json", "--eval --xml --strict");
    }

    @ParameterizedTest
    @MethodSource("options")
    void bothSayTheSameOfTheGoldenTexts(String options) throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path text : texts()) {
            String line = "nix-instantiate " + options + " " + text;
            Transcript.Invocation invocation = Transcript.Invocation.of(line);
            wrong.add(difference(line, real(invocation), NixInstantiateTest.execute(directory, invocation)));
        }
        wrong.removeIf(String::isEmpty);
        assertThat(wrong).isEmpty();
    }

    private static List<Path> texts() throws IOException {
        try (Stream<Path> files = Files.list(TEXTS)) {
            return files.filter(file -> file.toString().endsWith(".nix"))
                    .filter(file -> !NOT_COMPARED.containsKey(file.getFileName().toString()))
                    .sorted()
                    .toList();
        }
    }
}
