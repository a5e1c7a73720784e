package org.sourceos.cli.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.cli.SourceOs;
import org.sourceos.cli.TestContext;
import picocli.CommandLine;

class ManPageTest {
    @TempDir
    private Path folder;

    private String page(String command) {
        CommandLine all =
                SourceOs.commandLine(TestContext.withTemplates(folder, Map.of()).context());
        return ManPage.of(
                Objects.requireNonNull(all.getSubcommands().get(command)).getCommandSpec());
    }

    @Test
    void anExitStatusIsNoExample() {
        assertThat(page("convert"))
                .containsSubsequence(
                        ".SH EXIT STATUS\n",
                        "0 done; 3 done, but for what is listed",
                        ".SH EXAMPLES\n.nf\n",
                        "convert");
        assertThat(page("ps")).doesNotContain(".SH EXIT STATUS").contains(".SH EXAMPLES\n");
    }
}
