package org.sourceos.config.nix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every {@code okay/*.nix} prints its {@code .exp}, every {@code fail/*.nix} ends in the message of its {@code .err}. All of
 * them were written down from nix-instantiate 2.34; {@link OracleTest} asks it again.
 */
class GoldenTest {
    static final Path ROOT = Path.of("src/test/resources/nix").toAbsolutePath();

    static Stream<Path> okay() throws IOException {
        return cases("okay");
    }

    static Stream<Path> fail() throws IOException {
        return cases("fail");
    }

    static Stream<Path> cases(String folder) throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
            List<Path> sorted =
                    files.filter(f -> f.toString().endsWith(".nix")).sorted().toList();
            return sorted.stream();
        }
    }

    static Path beside(Path file, String extension) {
        return Path.of(file.toString().replaceFirst("\\.nix$", extension));
    }

    static String withoutPlace(Path file, String text) {
        return text.replace(String.valueOf(file.getParent()), "/pwd");
    }

    @ParameterizedTest
    @MethodSource("okay")
    void printsWhatIsExpected(Path file) throws Exception {
        Evaluator evaluator = new Evaluator(new DirectoryIo(), EvalSettings.standard());
        String printed = evaluator.print(evaluator.evalFile(file.toString()), true, PrintStyle.INSTANTIATE);
        assertThat(withoutPlace(file, printed) + "\n").isEqualTo(Files.readString(beside(file, ".exp")));
    }

    @ParameterizedTest
    @MethodSource("fail")
    void failsWithTheExpectedMessage(Path file) throws Exception {
        String message = message(file);
        String expected = Files.readString(beside(file, ".err")).strip();
        assertThat(withoutPlace(file, message).lines().findFirst().orElse("")).isEqualTo(expected);
    }

    private static String message(Path file) {
        Evaluator evaluator = new Evaluator(new DirectoryIo(), EvalSettings.standard());
        try {
            return "no error: " + evaluator.print(evaluator.evalFile(file.toString()), true, PrintStyle.INSTANTIATE);
        } catch (EvalException e) {
            assertThat(e.diagnostics()).as("the place of: " + e.nixMessage()).isNotEmpty();
            return e.nixMessage();
        } catch (ParseException e) {
            assertThat(e.diagnostics()).as("the place of: " + e.nixMessage()).isNotEmpty();
            return e.nixMessage();
        }
    }

    @Test
    void hasSeveralHundredCases() throws IOException {
        assertThat(okay().count() + fail().count()).isGreaterThan(500);
    }
}
