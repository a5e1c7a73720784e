package org.sourceos.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DetachedStartTest {
    private final ProcessRunner runner = new ProcessRunner();

    @TempDir
    private Path folder;

    @Test
    void hasASessionOfItsOwnAndIsKnownByWhenItWasStarted() throws Exception {
        ProcessIdentity process = runner.startDetached(Command.of("sleep", "600"), folder.resolve("err"));
        try {
            assertThat(process.isAlive()).isTrue();
            assertThat(ProcessIdentity.of(process.pid())).contains(process);
            // The number is the same, the process is not.
            assertThat(new ProcessIdentity(process.pid(), process.startedTicks() + 1).isAlive())
                    .isFalse();
            while (!session(process.pid()).equals(Long.toString(process.pid()))) {
                Thread.sleep(5);
            }
        } finally {
            process.kill();
        }
        while (process.isAlive()) {
            Thread.sleep(5);
        }
    }

    private static String session(long pid) throws Exception {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3];
    }

    @Test
    void keepsWhatItSaysOnStandardError() throws Exception {
        Path errors = folder.resolve("err");
        ProcessIdentity process =
                runner.startDetached(Command.of("sh", "-c", "echo lost; echo kept >&2; sleep 1"), errors);
        while (process.isAlive()) {
            Thread.sleep(5);
        }
        assertThat(errors).hasContent("kept\n");
    }

    @Test
    void saysThatThereIsNoSuchProgram() {
        assertThatThrownBy(() -> runner.startDetached(Command.of("no-such-program"), folder.resolve("err")))
                .isInstanceOf(ProcessFailedException.class)
                .hasMessageContaining("not found");
    }
}
