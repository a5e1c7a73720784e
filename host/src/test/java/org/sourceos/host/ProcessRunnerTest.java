package org.sourceos.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessRunnerTest {
    private final ProcessRunner runner = new ProcessRunner();
    private final Cancellation cancellation = new Cancellation();

    @Test
    void keepsOutputAndErrorsApartAndGivesTheStatus() throws Exception {
        ProcessResult result = runner.run(Command.of("sh", "-c", "echo out; echo err >&2; exit 3"), cancellation);
        assertThat(result).isEqualTo(new ProcessResult(3, "out\n", "err\n"));
    }

    @Test
    void givesAProgramExactlyItsEnvironment() throws Exception {
        Command command = Command.of("/usr/bin/env").withOnlyEnvironment(Map.of("A", "1", "PATH", "/usr/bin"));
        assertThat(runner.output(command, cancellation).lines()).containsExactlyInAnyOrder("A=1", "PATH=/usr/bin");
    }

    @Test
    void readsStandardInputFromAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("in"), "text");
        Command command = Command.of("cat").withStdin(new Command.Stdin.File(file));
        assertThat(runner.output(command, cancellation)).isEqualTo("text");
    }

    @Test
    void streamsMoreThanAPipeHolds() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Command command = Command.of("head", "-c", "3000000", "/dev/zero");
        runner.run(command, new ProcessOutput.ToStream(out), new ProcessOutput.Discarded(), cancellation);
        assertThat(out.size()).isEqualTo(3_000_000);
    }

    @Test
    void losesNothingThatIsOnItsWayToASlowReaderWhenTheProgramEnds() throws Exception {
        ByteArrayOutputStream slow = new ByteArrayOutputStream() {
            private int writes;

            @Override
            public synchronized void write(byte[] bytes, int offset, int length) {
                // Longer than what is waited for a pipe that only somebody else keeps open.
                if (writes++ < 2) {
                    try {
                        Thread.sleep(2500);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
                super.write(bytes, offset, length);
            }
        };
        Command command = Command.of("head", "-c", "100000", "/dev/zero");
        runner.run(command, new ProcessOutput.ToStream(slow), new ProcessOutput.Discarded(), cancellation);
        assertThat(slow.size()).isEqualTo(100_000);
    }

    @Test
    void keepsTheEndOfManyErrors() throws Exception {
        ProcessResult result =
                runner.run(Command.of("sh", "-c", "seq 1 100000 >&2; echo last >&2; exit 1"), cancellation);
        assertThat(result.stderrTail()).endsWith("100000\nlast\n").hasSizeLessThanOrEqualTo(8 << 10);
    }

    @Test
    void saysWhatIsNotFoundOrNotExecutable(@TempDir Path folder) throws Exception {
        assertThatThrownBy(() -> runner.run(Command.of("no-such-program"), cancellation))
                .isInstanceOfSatisfying(
                        ProcessFailedException.class,
                        e -> assertThat(e.exitStatus()).isEqualTo(127))
                .hasMessage("cannot start no-such-program: not found");
        assertThatThrownBy(() -> runner.run(Command.of(folder.resolve("missing").toString()), cancellation))
                .isInstanceOfSatisfying(
                        ProcessFailedException.class,
                        e -> assertThat(e.exitStatus()).isEqualTo(127));
    }

    @Test
    void saysHowAProgramFailed() {
        assertThatThrownBy(() -> runner.output(Command.of("sh", "-c", "echo why >&2; exit 9"), cancellation))
                .hasMessage("sh ended with status 9:\nwhy");
    }

    @Test
    void killsAtTheTimeLimit() {
        Command command = Command.of("sleep", "1000").withTimeout(Duration.ofMillis(200));
        assertThatThrownBy(() -> runner.run(command, cancellation))
                .isInstanceOfSatisfying(
                        ProcessFailedException.class,
                        e -> assertThat(e.timedOut()).isTrue())
                .hasMessageContaining("time limit");
    }

    @Test
    void endsTheProgramAndItsChildrenWhenCancelled() throws Exception {
        Command command = Command.of("sh", "-c", "trap '' TERM; sleep 1000 & echo $!; wait; wait");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (RunningProcess process =
                runner.start(command, new ProcessOutput.ToStream(out), new ProcessOutput.Discarded(), cancellation)) {
            while (!out.toString(StandardCharsets.UTF_8).contains("\n")) {
                Thread.sleep(10);
            }
            long child = Long.parseLong(out.toString(StandardCharsets.UTF_8).strip());
            cancellation.cancel();
            process.await();
            while (ProcessHandle.of(child).filter(ProcessHandle::isAlive).isPresent()) {
                Thread.sleep(10); // the suite's own time limit is the deadline
            }
        }
        assertThatThrownBy(() -> runner.run(Command.of("true"), cancellation))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void writesToAProgramThatReads() throws Exception {
        Command command = Command.of("tr", "a-z", "A-Z").withStdin(new Command.Stdin.Piped());
        try (RunningProcess process =
                runner.start(command, new ProcessOutput.Captured(), new ProcessOutput.Captured(), cancellation)) {
            process.stdin().write("words".getBytes(StandardCharsets.UTF_8));
            process.stdin().close();
            assertThat(process.await().stdout()).isEqualTo("WORDS");
        }
    }
}
