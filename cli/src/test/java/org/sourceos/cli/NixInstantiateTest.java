package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The name {@code nix-instantiate}: the transcripts in {@code src/test/resources/nix-instantiate}, which
 * {@link NixInstantiateOracleTest} puts before the real program. {@code -Dtranscripts.write=true} writes them anew.
 */
class NixInstantiateTest {
    static final Path TRANSCRIPTS =
            Path.of("src/test/resources/nix-instantiate").toAbsolutePath();

    @TempDir
    private Path folder;

    private Path directory;

    @BeforeEach
    void layOutFiles() throws IOException {
        directory = layOut(folder);
    }

    /** The files that the transcripts name, in a directory that the outcomes call {@code /pwd}. */
    static Path layOut(Path folder) throws IOException {
        Path to = folder.toRealPath().resolve("work");
        Path from = TRANSCRIPTS.resolve("files");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        Files.createSymbolicLink(to.resolve("link.nix"), Path.of("folder/default.nix"));
        Files.createDirectory(to.resolve("home"));
        return to;
    }

    static Map<String, String> environment(Path directory, Transcript.Invocation invocation) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("HOME", directory.resolve("home").toString());
        environment.put("NIX_PATH", "");
        environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        environment.putAll(invocation.environment());
        return environment;
    }

    static byte[] input(Path directory, Transcript.Invocation invocation) throws IOException {
        return invocation.input().isEmpty() ? new byte[0] : Files.readAllBytes(directory.resolve(invocation.input()));
    }

    static Outcome execute(Path directory, Transcript.Invocation invocation) throws IOException {
        TestContext context = TestContext.of(
                        directory, environment(directory, invocation), input(directory, invocation))
                .named(invocation.words().get(0));
        int status = context.execute(
                invocation.words().subList(1, invocation.words().size()).toArray(String[]::new));
        return new Outcome(status, pwd(directory, context.out()), pwd(directory, context.err()));
    }

    static String pwd(Path directory, String text) {
        return text.replace(directory.toString(), "/pwd");
    }

    static Stream<Transcript> transcripts() throws IOException {
        return Transcript.in(TRANSCRIPTS);
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void saysWhatIsWrittenDown(Transcript transcript) throws IOException {
        StringBuilder expected = new StringBuilder();
        StringBuilder actual = new StringBuilder();
        for (Transcript.Part part : transcript.parts()) {
            if (part instanceof Transcript.Run run) {
                expected.append(Transcript.shown(run.line(), run.expected()));
                actual.append(Transcript.shown(run.line(), execute(directory, run.invocation())));
            } else if (part instanceof Transcript.Note note) {
                expected.append(note.line()).append('\n');
                actual.append(note.line()).append('\n');
            }
        }
        if (Boolean.getBoolean("transcripts.write")) {
            Files.writeString(transcript.file(), actual.toString().stripTrailing() + "\n");
        } else {
            assertThat(actual.toString()).isEqualTo(expected.toString());
        }
    }

    @Test
    void evaluatesAsOftenAsItIsAskedInOneProcess() throws IOException {
        Transcript.Invocation one = Transcript.Invocation.of("nix-instantiate --eval --strict -E '[ 1 ]' '{ a = 2; }'");
        for (int i = 0; i < 3; i++) {
            assertThat(execute(directory, one)).isEqualTo(new Outcome(0, "[ 1 ]\n{ a = 2; }\n", ""));
        }
    }

    @Test
    void tellsWhichLanguageItUnderstands() throws IOException {
        Outcome version = execute(directory, Transcript.Invocation.of("nix-instantiate --version"));
        assertThat(version.out()).startsWith("nix-instantiate (Nix) 2.").contains("SourceOS 0.1.0");
        Outcome help = execute(directory, Transcript.Invocation.of("nix-instantiate --help"));
        assertThat(help.out()).startsWith("Usage: nix-instantiate").contains("--eval", "--arg NAME EXPR");
    }

    @Test
    void knowsTheClock() throws IOException {
        Outcome time = execute(
                directory, Transcript.Invocation.of("nix-instantiate --eval -E 'builtins.currentTime > 1700000000'"));
        assertThat(time).isEqualTo(new Outcome(0, "true\n", ""));
    }
}
