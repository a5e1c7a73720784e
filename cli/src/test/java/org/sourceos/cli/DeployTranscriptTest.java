package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The transcript of "Deploying by push" in README.md, run by a shell as it stands there, with the real git and ssh: what is said
 * to come has to come, in that order. {@code …} is anything. Only addresses and ports are others.
 */
@Tag("slow")
@Tag("vm")
class DeployTranscriptTest {
    private static final Path README = Path.of("../README.md");

    @TempDir
    private Path folder;

    private Desk desk;

    /** @param expected lines */
    private record Step(List<String> command, List<String> expected) {
        Step(String first) {
            this(new ArrayList<>(List.of(first)), new ArrayList<>());
        }
    }

    private static List<Step> steps() throws IOException {
        String text = Files.readString(README);
        String part = text.substring(text.indexOf("## Deploying by push"));
        String block = part.substring(part.indexOf("```console\n") + "```console\n".length());
        List<Step> steps = new ArrayList<>();
        for (String line : block.substring(0, block.indexOf("```")).lines().toList()) {
            if (line.startsWith("$ ")) {
                steps.add(new Step(line.substring(2)));
            } else if (line.startsWith("> ") || line.equals(">")) {
                steps.get(steps.size() - 1).command().add(line.substring(Math.min(2, line.length())));
            } else {
                steps.get(steps.size() - 1).expected().add(line);
            }
        }
        return steps;
    }

    /** The server's address is known when it listens. */
    private static String command(Step step) {
        String text = String.join("\n", step.command()).replace("ssh://desk:2222/system", "$DESK");
        return text.contains(" serve ")
                ? text.replace("0.0.0.0:2222", "127.0.0.1:0 > served 2> served.log") + """

                        until grep -q '^ssh:' served; do kill -0 $! || { cat served.log; exit 1; }; sleep 0.1; done
                        trap "kill $!" EXIT
                        DESK=$(sed -n 's/^\\(ssh:[^ ]*\\) .*/\\1/p' served)"""
                : text;
    }

    @BeforeEach
    void aDesk() throws IOException {
        desk = Desk.withSystem(folder);
        desk.forgetGenerations();
    }

    @AfterEach
    void endIt() throws IOException {
        desk.run(desk.client("kill", "greeter"));
        desk.run(desk.client("service", "stop", "--now"));
        desk.forgetGenerations();
    }

    @Test
    void theReadmeSaysWhatHappens() throws IOException {
        Path home = folder.resolve("home");
        Path bin = Files.createDirectories(home.resolve("bin"));
        for (String name : List.of("sourceos", "sourceos-rebuild")) {
            Files.createSymbolicLink(bin.resolve(name), TestContext.library().resolve("sourceos"));
        }
        PushClient dad =
                PushClient.in(folder, "dad", desk.context(new byte[0]).context().environment());
        Files.createDirectories(home.resolve(".ssh"));
        Files.copy(
                dad.key().resolveSibling("dad.pub"),
                home.resolve(".ssh/id_ed25519.pub"),
                StandardCopyOption.REPLACE_EXISTING);
        desk = desk.with("PATH", bin + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
                .with("SOURCEOS_CONFIG", home.resolve("system").toString())
                .with("SOURCEOS_SERVICE", "")
                .with("SOURCEOS_SERVICE_IDLE", "60")
                .with("SOURCEOS_ACCEL", "tcg")
                .with("GIT_SSH_COMMAND", dad.ssh());
        // The pins of the shared store, so that nothing is fetched.
        Files.createDirectories(folder.resolve("state"));
        Files.copy(desk.config().resolve("sourceos.lock"), folder.resolve("state/sourceos.lock"));

        List<Step> steps = steps();
        StringBuilder script = new StringBuilder("exec 2>&1\n");
        for (int i = 0; i < steps.size(); i++) {
            script.append("echo @@")
                    .append(i)
                    .append('\n')
                    .append(command(steps.get(i)))
                    .append('\n');
        }
        Outcome said =
                desk.run(desk.command(List.of("sh", "-c", script.toString())).withTimeout(Duration.ofMinutes(20)));
        String[] outputs = said.out().split("@@[0-9]+\n", -1);
        assertThat(outputs).as(said.toString()).hasSize(steps.size() + 1);
        for (int i = 0; i < steps.size(); i++) {
            assertThat(withoutSpacesAtEnds(outputs[i + 1]))
                    .as("%s%n--- all%n%s", steps.get(i).command(), said.out())
                    .containsPattern(pattern(steps.get(i).expected()));
        }
        Outcome branch = desk.run(desk.command(
                List.of("git", "-C", home.resolve("system.git").toString(), "log", "-1", "--format=%s", "main")));
        assertThat(branch.out()).as("what the refused push left").isEqualTo("Version two\n");
    }

    /** Git clears the rest of a line on a terminal with spaces. */
    private static String withoutSpacesAtEnds(String text) {
        return text.lines().map(String::stripTrailing).collect(Collectors.joining("\n"));
    }

    private static Pattern pattern(List<String> expected) {
        return Pattern.compile(expected.stream()
                .map(line ->
                        Arrays.stream(line.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*")))
                .collect(Collectors.joining("(?s:.*)\n(?s:.*)", "(?m)", "")));
    }
}
