package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mistyped command lines: status 2, and words that somebody understands who has not read the source. */
class WrongUsageTest {
    @TempDir
    private Path folder;

    private TestContext context() {
        return TestContext.withTemplates(
                folder,
                Map.of(
                        "SOURCEOS_CONFIG", folder.resolve("config").toString(),
                        "SOURCEOS_STORE", folder.resolve("store").toString(),
                        "SOURCEOS_STATE", folder.resolve("state").toString()));
    }

    private int status(String... args) {
        return SourceOs.execute(context().context(), args);
    }

    private String wrong(String... args) {
        TestContext test = context();
        assertThat(SourceOs.execute(test.context(), args)).isEqualTo(ExitCode.UNUSABLE.status());
        return test.errBytes().toString(StandardCharsets.UTF_8);
    }

    @Test
    void namesTheCommandsThatThereAre() {
        assertThat(wrong("biuld"))
                .startsWith("sourceos: there is no command biuld\n")
                .contains("sourceos build");
        assertThat(wrong("store", "list"))
                .startsWith("sourceos: there is no command `sourceos store list`; there are ls, show, du, graph,")
                .endsWith("Try `sourceos store --help`.\n");
        assertThat(wrong("store", "verify", "hello"))
                .startsWith("sourceos: 'hello' is more than `sourceos store verify` takes\n");
    }

    @Test
    void asksForANumber() {
        assertThat(wrong("store", "gc", "--keep", "x")).startsWith("sourceos: --keep x: write a whole number\n");
        assertThat(wrong("build", "--jobs", "", "hello")).startsWith("sourceos: --jobs : write a whole number\n");
    }

    /** It is a {@code run} inside, which says 125 of whatever is wrong. */
    @Test
    void aTemplateOfNothingIsWrongAsABuildOfItIs() {
        assertThat(wrong("build", "nosuch")).contains("there is no recipe for nosuch");
        assertThat(wrong("template", "make", "nosuch")).contains("there is no recipe for nosuch");
        assertThat(wrong("template", "make", "--cpus", "0", "hello")).contains("--cpus must be at least 1");
        assertThat(status("run", "nosuch")).isEqualTo(ExitCode.RUN_FAILED.status());
        assertThat(status("run", "nosuch", "--make-template")).isEqualTo(ExitCode.RUN_FAILED.status());
    }

    @Test
    void whatIsSaidByTheCommandItselfHasTheSameStatus() {
        assertThat(wrong("store", "graph", "--format", "png")).contains("there are dot, svg and json");
        assertThat(wrong("store", "gc", "--compact", "--align")).contains("give one of them");
        assertThat(wrong("store", "gc", "--keep", "0")).contains("--keep must be at least 1");
        assertThat(wrong("store", "why", "hello", "--keep-since", "soon")).contains("for instance 14d");
        assertThat(wrong("convert", "--profile", "x", "jq"))
                .startsWith("sourceos: --profile x: there are fresh, copy and share\n");
    }
}
