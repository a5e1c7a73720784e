package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What {@code --help} of every command looks like on a terminal of 80 columns. */
class HelpTest {
    private static final int WIDTH = 80;

    @TempDir
    private static Path folder;

    static Stream<CommandLine> commands() {
        return below(SourceOs.commandLine(TestContext.of(folder, Map.of()).context()));
    }

    private static Stream<CommandLine> below(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(HelpTest::below));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void breaksNoLineThatHadRoom(CommandLine command) {
        List<String> lines =
                command.getUsageMessage(CommandLine.Help.Ansi.OFF).lines().toList();
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(WIDTH));
        List<String> early = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            String before = lines.get(i - 1);
            String line = lines.get(i);
            if (isText(before) && isText(line) && before.length() + 1 + line.split(" ")[0].length() < WIDTH) {
                early.add(before + "⏎" + line);
            }
        }
        assertThat(early).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void putsWhatAnExampleDoesBesideItOrBelow(CommandLine command) {
        String help = command.getUsageMessage(CommandLine.Help.Ansi.OFF);
        int examples = help.indexOf("\nExamples:\n");
        if (examples >= 0) {
            String listed = help.substring(examples + "\nExamples:\n".length()).split("\n\n")[0];
            assertThat(listed.lines()).allSatisfy(line -> assertThat(line).startsWith("  "));
        }
    }

    @Test
    void aShellCompletesWordsOfWhichThereAreFew() {
        assertThat(words("--format", "store", "graph")).containsExactly("dot", "svg", "json");
        assertThat(words("--profile", "convert")).containsExactly("fresh", "copy", "share");
        assertThat(words("--scope", "import")).contains("packages", "unmanaged");
        assertThat(command("store", "ls")
                        .getCommandSpec()
                        .positionalParameters()
                        .get(0)
                        .completionCandidates())
                .contains("vms", "sources");
    }

    private static Iterable<String> words(String option, String... command) {
        return command(command).getCommandSpec().findOption(option).completionCandidates();
    }

    private static CommandLine command(String... names) {
        CommandLine command = commands().findFirst().orElseThrow();
        for (String name : names) {
            command = Objects.requireNonNull(command.getSubcommands().get(name));
        }
        return command;
    }

    /** Not the usage, the options and the commands, which picocli lays out. */
    private static boolean isText(String line) {
        return !line.isBlank() && !line.startsWith(" ") && !line.startsWith("Usage:") && !line.endsWith(":");
    }
}
