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

    private String wrong(String... args) {
        TestContext test = TestContext.withTemplates(folder, Map.of());
        assertThat(SourceOs.execute(test.context(), args)).isEqualTo(ExitCode.UNUSABLE.status());
        return test.errBytes().toString(StandardCharsets.UTF_8);
    }

    @Test
    void namesTheCommandsThatThereAre() {
        assertThat(wrong("biuld")).startsWith("sourceos: there is no command biuld\n").contains("sourceos build");
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

    @Test
    void whatIsSaidByTheCommandItselfHasTheSameStatus() {
        assertThat(wrong("store", "graph", "--format", "png")).contains("there are dot, svg and json");
        assertThat(wrong("store", "gc", "--compact", "--align")).contains("give one of them");
        assertThat(wrong("convert", "--profile", "x", "jq"))
                .startsWith("sourceos: --profile x: there are fresh, copy and share\n");
    }
}
