package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The name {@code nix-instantiate} as people have it: a symbolic link on PATH. */
@Tag("slow")
class NixInstantiateProgramTest {
    @TempDir
    private Path folder;

    private Desk desk;

    @BeforeEach
    void sitDown() throws IOException {
        desk = Desk.in(folder);
    }

    private Path linkTo(Path program) throws IOException {
        Path link = Files.createDirectories(folder.resolve("bin")).resolve("nix-instantiate");
        return Files.createSymbolicLink(link, program);
    }

    private Outcome run(String... argv) throws IOException {
        return desk.run(desk.command(List.of(argv)));
    }

    @Test
    void aLinkToTheProgramEvaluates() throws IOException {
        String program = linkTo(TestContext.library().resolve("sourceos")).toString();
        Outcome value = run(program, "--eval", "--strict", "-E", "{ x }: [ x ]", "--argstr", "x", "-a b");
        assertThat(value).isEqualTo(new Outcome(0, "[ \"-a b\" ]\n", ""));
        Outcome failure = run(program, "--eval", "-E", "throw \"no\"");
        assertThat(failure.status()).isEqualTo(1);
        assertThat(failure.err()).startsWith("error:").endsWith("error: no\n");
    }

    @Test
    void aLinkToTheScriptInACheckoutEvaluates() throws IOException {
        Path script = TestContext.library().resolve("../../sourceos").normalize();
        Outcome value = run(linkTo(script).toString(), "--eval", "-E", "1 + 1");
        assertThat(value.status()).as(value.toString()).isZero();
        assertThat(value.out()).isEqualTo("2\n");
    }

    @Test
    void argumentsAndFileNamesAreReadInAnyLocale() throws IOException {
        String program = linkTo(TestContext.library().resolve("sourceos")).toString();
        Files.writeString(desk.work().resolve("é.nix"), "builtins.getEnv \"LC_ALL\" + \"é\"");
        for (String locale : List.of("C", "POSIX", "C.UTF-8", "")) {
            Outcome value = desk.run(desk.command(List.of(program, "--eval", "é.nix"))
                    .withOnlyEnvironment(
                            Map.of("PATH", "/usr/bin:/bin", "SOURCEOS_SERVICE", "never", "LC_ALL", locale)));
            assertThat(value).isEqualTo(new Outcome(0, "\"" + locale + "é\"\n", ""));
        }
        Outcome value = desk.run(desk.command(List.of(program, "--eval", "--raw", "-E", "\"é\""))
                .withOnlyEnvironment(Map.of("PATH", "/usr/bin:/bin", "SOURCEOS_SERVICE", "never")));
        assertThat(value).isEqualTo(new Outcome(0, "é", ""));
    }

    @Test
    void installationHasTheNameOnlyWhenItIsAsked() throws IOException {
        Path prefix = folder.resolve("prefix");
        assertThat(desk.execute("install", "--prefix=" + prefix).status()).isZero();
        Path name = prefix.resolve("bin/nix-instantiate");
        assertThat(name).doesNotExist();
        assertThat(desk.execute("install", "--nix-instantiate", "--prefix=" + prefix)
                        .status())
                .isZero();
        assertThat(run(name.toString(), "--eval", "-E", "1 + 1")).isEqualTo(new Outcome(0, "2\n", ""));
        assertThat(desk.execute("install", "--uninstall", "--prefix=" + prefix).status())
                .isZero();
        assertThat(name).doesNotExist();
    }
}
