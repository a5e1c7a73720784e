package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code install} and what it leaves, started as people start it. */
@Tag("slow")
class InstallCommandTest {
    @TempDir
    private Path folder;

    private Desk desk;
    private Path prefix;

    @BeforeEach
    void sitDown() throws IOException {
        desk = Desk.in(folder);
        prefix = folder.resolve("prefix");
    }

    private Outcome install(String... more) {
        String[] args = new String[2 + more.length];
        args[0] = "install";
        args[1] = "--prefix=" + prefix;
        System.arraycopy(more, 0, args, 2, more.length);
        return desk.execute(args);
    }

    private void installed() {
        Outcome outcome = install();
        assertThat(outcome.status()).as(outcome.toString()).isZero();
    }

    private Outcome run(String... argv) throws IOException {
        return desk.run(desk.command(List.of(argv)));
    }

    @Test
    void everyNameRuns() throws IOException {
        installed();
        Outcome version = run(prefix + "/bin/sourceos", "--version");
        assertThat(version.out()).as(version.toString()).isEqualTo("SourceOS 0.1.0\n");
        Outcome help = run(prefix + "/bin/run", "--help");
        assertThat(help.status()).as(help.toString()).isZero();
        assertThat(help.out())
                .startsWith("Run a program in a machine of its own")
                .contains("run nano notes.txt");
        for (String name : List.of("sourceos-import", "sourceos-convert")) {
            Outcome outcome = run(prefix + "/bin/" + name);
            assertThat(outcome.status()).as(outcome.toString()).isEqualTo(2);
            assertThat(outcome.err()).contains("Missing required", "--help");
        }
        // A pipe has no length that could be asked for.
        Outcome piped = run("sh", "-c", "echo '1 + 1' | '" + prefix + "/bin/sourceos' eval -");
        assertThat(piped.out()).as(piped.toString()).isEqualTo("2\n");
        Outcome rebuild = run(prefix + "/bin/sourceos-rebuild", "--help");
        assertThat(rebuild.status()).as(rebuild.toString()).isZero();
        assertThat(rebuild.out()).contains("sourceos-rebuild switch", "list-generations");
        Outcome recipes = run(prefix + "/bin/sourceos", "build", "--dry-run", "hello");
        assertThat(recipes.status()).as(recipes.toString()).isZero();
        assertThat(recipes.out()).contains("image hello");
    }

    @Test
    void unitsOfTheServiceNameTheInstalledProgram() throws IOException {
        installed();
        String below = User.isRoot() ? "lib/systemd/system" : "share/systemd/user";
        assertThat(prefix.resolve(below + "/sourceos.service"))
                .content()
                .contains("ExecStart=" + prefix + "/bin/sourceosd\n");
        assertThat(prefix.resolve(below + "/sourceos.socket"))
                .content()
                .contains("ListenStream=%t/sourceos/service.sock");
        assertThat(run(prefix + "/bin/sourceosd", "--help").out()).startsWith("Be the resident service");
    }

    @Test
    void manualPagesAreWellFormed() throws IOException {
        installed();
        assumeTrue(run("sh", "-c", "command -v groff").status() == 0, "groff is not installed: apt install groff-base");
        try (var pages = Files.list(prefix.resolve("share/man/man1"))) {
            for (Path page : pages.sorted().toList()) {
                Outcome shown = desk.run(desk.command(List.of(
                                "groff",
                                "-man",
                                "-Tutf8",
                                "-ww",
                                "-z",
                                "-I",
                                prefix + "/share/man",
                                "-s",
                                page.toString()))
                        .withDirectory(prefix.resolve("share/man")));
                assertThat(shown.status()).as(page + ": " + shown).isZero();
                assertThat(shown.err()).as(page.toString()).isEmpty();
            }
        }
    }

    @Test
    void completionsAreReadByBashAndKnowTheCommands() throws IOException {
        installed();
        Path completion = prefix.resolve("share/bash-completion/completions/sourceos");
        // compopt works only while the shell itself completes.
        Outcome sourced = run(
                "bash",
                "-euc",
                "compopt() { :; }; . '" + completion
                        + "'; COMP_WORDS=(sourceos st); COMP_CWORD=1; COMP_LINE='sourceos st';"
                        + " _complete_sourceos; echo \"${COMPREPLY[@]}\"");
        assertThat(sourced.status()).as(sourced.toString()).isZero();
        assertThat(sourced.out()).contains("store");
        assertThat(sourced.err()).isEmpty();
    }

    @Test
    void completionsKnowWhatIsConverted() throws IOException {
        installed();
        Path completion = prefix.resolve("share/bash-completion/completions/sourceos-convert");
        Outcome sourced = run(
                "bash",
                "-euc",
                "compopt() { :; }; . '" + completion + "'; c() { test \"$*\" = '--list --names' && echo nano tree; };"
                        + " dpkg-query() { echo less lesstif; };"
                        + " COMP_WORDS=(c --undo tr); COMP_CWORD=2;"
                        + " _sourceos_convert_with_packages; echo \"[${COMPREPLY[*]}]\";"
                        + " COMP_WORDS=(c --dry-run le); COMP_CWORD=2; COMPREPLY=();"
                        + " _sourceos_convert_with_packages; echo \"[${COMPREPLY[*]}]\"");
        assertThat(sourced.status()).as(sourced.toString()).isZero();
        assertThat(sourced.out().lines()).containsExactly("[tree]", "[less lesstif]");
    }

    @Test
    void completionsKnowTheNamesOfMachines() throws IOException {
        installed();
        Path completion = prefix.resolve("share/bash-completion/completions/sourceos");
        Outcome sourced = run(
                "bash",
                "-euc",
                "compopt() { :; }; . '" + completion + "'; sourceos() { echo \"$*: web database\"; };"
                        + " COMP_WORDS=(sourceos logs we); COMP_CWORD=2; COMP_LINE='sourceos logs we';"
                        + " _sourceos_with_machines; echo \"[${COMPREPLY[*]}]\";"
                        + " COMP_WORDS=(sourceos exec web -- w); COMP_CWORD=4; COMPREPLY=();"
                        + " _sourceos_with_machines; echo \"[${COMPREPLY[*]-}]\";"
                        + " COMP_WORDS=(sourceos stop --ti); COMP_CWORD=2; COMP_LINE='sourceos stop --ti'; COMPREPLY=();"
                        + " _sourceos_with_machines; echo \"[${COMPREPLY[*]}]\"");
        assertThat(sourced.status()).as(sourced.toString()).isZero();
        assertThat(sourced.out().lines()).containsExactly("[web]", "[]", "[--time]");
        assertThat(sourced.err()).isEmpty();
    }

    @Test
    void uninstallingLeavesNothing() throws IOException {
        installed();
        installed(); // a second time over the first
        Outcome outcome = install("--uninstall");
        assertThat(outcome.status()).as(outcome.toString()).isZero();
        try (var left = Files.walk(prefix)) {
            assertThat(left.filter(path -> !Files.isDirectory(path))).isEmpty();
        }
        assertThat(prefix.resolve("lib/sourceos")).doesNotExist();
        assertThat(install("--uninstall").err()).contains("nothing of SourceOS is installed");
    }

    @Test
    void aFileOfSomebodyElseIsNotReplaced() throws IOException {
        Path foreign = Files.createDirectories(prefix.resolve("bin")).resolve("run");
        Files.writeString(foreign, "mine");
        Outcome outcome = install();
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(1);
        assertThat(outcome.err()).contains(foreign + " exists and is not SourceOS's");
        assertThat(foreign).hasContent("mine");
        assertThat(prefix.resolve("lib")).doesNotExist();
    }

    @Test
    void dryRunWritesNothing() {
        Outcome outcome = install("--dry-run");
        assertThat(outcome.status()).as(outcome.toString()).isZero();
        assertThat(outcome.out()).contains(prefix + "/bin/run\n", prefix + "/share/man/man1/sourceos.1\n");
        assertThat(prefix).doesNotExist();
    }
}
