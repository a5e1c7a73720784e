package org.sourceos.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On a real pseudo-terminal, which script(1) holds open. */
@Timeout(60)
class SttyTerminalTest {
    private final ProcessRunner runner = new ProcessRunner();
    private RunningProcess holder;
    private Path device;

    @BeforeEach
    void openTerminal() throws Exception {
        holder = runner.start(
                Command.of("script", "--quiet", "--command", "sleep 60", "/dev/null")
                        .withStdin(new Command.Stdin.Piped()),
                new ProcessOutput.Discarded(),
                new ProcessOutput.Captured(),
                new Cancellation());
        Optional<Path> found = Optional.empty();
        while (found.isEmpty()) {
            assertThat(holder.isAlive()).isTrue();
            Thread.sleep(10);
            found = ProcessHandle.of(holder.pid())
                    .orElseThrow()
                    .descendants()
                    .map(child -> Path.of("/proc/" + child.pid() + "/fd/0"))
                    .map(SttyTerminalTest::target)
                    .filter(path -> path.startsWith("/dev/pts"))
                    .findFirst();
        }
        device = found.get();
    }

    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException e) {
            return Path.of("/gone");
        }
    }

    @AfterEach
    void closeTerminal() {
        holder.close();
    }

    private String settings() throws IOException {
        return runner.output(Command.of("stty", "-F", device.toString(), "-a"), new Cancellation());
    }

    @Test
    void isRawUntilItIsGivenBackAsItWas() throws IOException {
        runner.output(Command.of("stty", "-F", device.toString(), "-echo", "echoctl"), new Cancellation());
        String before = settings();
        Terminal.RawMode raw = new SttyTerminal(device, runner).raw();
        assertThat(settings()).contains("-icanon").contains("-isig");
        raw.close();
        assertThat(settings()).isEqualTo(before);
        raw.close();
    }

    @Test
    void knowsItsSize() throws IOException {
        runner.output(Command.of("stty", "-F", device.toString(), "rows", "31", "cols", "97"), new Cancellation());
        assertThat(new SttyTerminal(device, runner).size()).isEqualTo(new Terminal.Size(31, 97));
        assertThat(SttyTerminal.parseSize("0 0\n")).isEqualTo(new Terminal.Size(24, 80));
        assertThatThrownBy(() -> SttyTerminal.parseSize("nonsense")).isInstanceOf(IOException.class);
    }

    @Test
    void isNotThereWhereTheStreamsAreNoTerminal() {
        assertThat(SttyTerminal.ofStandardStreams(runner)).isEmpty();
    }
}
