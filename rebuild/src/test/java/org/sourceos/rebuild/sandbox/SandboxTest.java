package org.sourceos.rebuild.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.source.FetchedSource;

/** Real bubblewrap over this machine's own root. */
final class SandboxTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path temp;

    private final Cancellation cancellation = new Cancellation();
    private BuildLog log;
    private SandboxLimits limits = SandboxLimits.of(Duration.ofMinutes(1), 0);

    @BeforeEach
    void openLog() throws IOException {
        log = new BuildLog(temp.resolve("log"), 64 * 1024, line -> {});
    }

    @AfterEach
    void closeLog() throws IOException {
        log.close();
    }

    private Workspace workspace() throws IOException {
        return Workspace.create(
                new ProcessRunner(), temp.resolve("work"), SandboxRoot.of(Path.of("/")), limits, log, cancellation);
    }

    private void run(String script) throws RebuildException, IOException {
        try (Workspace workspace = workspace()) {
            workspace.run("the build script", "/build/source", Map.of(), script);
        } finally {
            log.close();
        }
    }

    private String output(String script) throws RebuildException, IOException {
        run(script);
        return Files.readString(temp.resolve("log"));
    }

    @Test
    void isTheSameForEveryBuild() throws Exception {
        assertThat(output(
                        "id -u; hostname; pwd; date +%Z; umask; echo $HOME $LC_ALL $SOURCE_DATE_EPOCH $DESTDIR; ls /"))
                .startsWith("==> the build script\n0\nsourceos\n/build/source\nUTC\n0022\n"
                        + "/build/home C.UTF-8 1577836800 /out\n")
                .contains("\nbuild\n", "\nout\n", "\nusr\n")
                .doesNotContain("\nhome\n", "\nroot\n", "\nrun\n");
    }

    @Test
    void showsNoProcessAndNoVariableOfTheHost() throws Exception {
        assertThat(output("ls -d /proc/[0-9]* | wc -l | awk '{print ($1 < 10) ? \"few\" : \"many\"}'; env"))
                .contains("few")
                .doesNotContain("JAVA", "MAVEN");
    }

    @Test
    void keepsScriptsFromWritingOutside() {
        assertThatThrownBy(() -> run("echo x > /usr/bin/evil"))
                .isInstanceOf(RebuildException.class)
                .hasMessageContaining("the build script ended with status")
                .hasMessageContaining("Read-only file system");
        assertThat(Path.of("/usr/bin/evil")).doesNotExist();
    }

    @Test
    void saysThatThereIsNoNetwork() {
        assertThatThrownBy(
                        () -> run(
                                "getent hosts example.org || { echo 'curl: (6) Could not resolve host: example.org'; exit 6; }"))
                .hasMessageContaining("status 6")
                .hasMessageContaining("builds have no network");
    }

    @Test
    void hasNoInterfaceButLoopback() throws Exception {
        assertThat(output("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '")).endsWith("script\nlo\n");
    }

    @Test
    void givesTheLastLinesOfTheLogAndItsPath() {
        assertThatThrownBy(() -> run("for i in $(seq 1 100); do echo line $i; done; exit 3"))
                .isInstanceOfSatisfying(RebuildException.class, e -> {
                    assertThat(e.kind()).isEqualTo(RebuildException.Kind.BUILD_FAILED);
                    assertThat(e.log()).contains(temp.resolve("log"));
                    assertThat(e).hasMessageContaining("status 3");
                    assertThat(String.valueOf(e.getMessage()).lines().filter(l -> l.startsWith("  line ")))
                            .hasSize(30)
                            .endsWith("  line 100");
                    assertThat(e).hasMessageContaining("the whole log: " + temp.resolve("log"));
                });
    }

    @Test
    void stopsAtTheFirstCommandThatFails() {
        assertThatThrownBy(() -> run("false\necho still here")).hasMessageNotContaining("still here");
    }

    @Test
    void endsWhatTakesTooLong() throws Exception {
        limits = limits.withTimeout(Duration.ofMillis(600));
        assertThatThrownBy(() -> run("sleep 1234567 & sleep 1234567"))
                .isInstanceOfSatisfying(
                        RebuildException.class, e -> assertThat(e.kind()).isEqualTo(RebuildException.Kind.TIMED_OUT));
        assertNothingRuns("1234567");
        assertThat(temp.resolve("work")).doesNotExist();
    }

    @Test
    void endsWhatPrintsTooMuch() throws Exception {
        assertThatThrownBy(() -> run("yes 7654321")).hasMessageContaining("printed more than");
        assertNothingRuns("7654321");
        assertThat(Files.size(temp.resolve("log"))).isLessThanOrEqualTo(64 * 1024);
    }

    @Test
    void endsWhatStartsTooManyProcesses() throws Exception {
        limits = new SandboxLimits(Duration.ofMinutes(1), 0, MIB, 64 * MIB, 0, 20);
        assertThatThrownBy(() -> run("for i in $(seq 1 60); do sleep 2345678 & done; wait"))
                .hasMessageContaining("more than 20 processes");
        assertNothingRuns("2345678");
    }

    @Test
    void endsWhatUsesTooMuchMemory() {
        limits = SandboxLimits.of(Duration.ofMinutes(1), 64);
        assertThatThrownBy(() -> run("head -c 200000000 /dev/zero | tail -n 1 | wc -c; exit 9"))
                .isInstanceOf(RebuildException.class)
                .satisfies(e -> assertThat(e.getMessage()).containsAnyOf("memory", "status"));
    }

    @Test
    void refusesFilesThatAreTooLarge() {
        limits = new SandboxLimits(Duration.ofMinutes(1), 0, MIB, MIB, 0, 100);
        assertThatThrownBy(() -> run("head -c 3000000 /dev/zero > /build/large"))
                .hasMessageContaining("the build script ended with status");
    }

    @Test
    void leavesNothingWhenCancelled() throws Exception {
        Thread canceller = new Thread(() -> {
            try {
                while (!Files.exists(temp.resolve("work/build/source/started"))) {
                    Thread.sleep(20);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            cancellation.cancel();
        });
        canceller.start();
        assertThatThrownBy(() -> run("touch started; sleep 3456789 & trap '' TERM; sleep 3456789"))
                .isInstanceOf(CancellationException.class);
        canceller.join();
        assertNothingRuns("3456789");
        assertThat(temp.resolve("work")).doesNotExist();
    }

    @Test
    void removesTreesThatRefuseToBeRemoved() throws Exception {
        run("mkdir -p a/b; touch a/b/c; printf x > \"$(printf 'n\\377')\"; chmod 000 a/b a");
        assertThat(temp.resolve("work")).doesNotExist();
    }

    @Test
    void takesBytesThatAreNoTextFromTheLog() throws Exception {
        assertThatThrownBy(() -> run("printf 'a\\377\\033[31mb\\r\\n'; exit 1"))
                .hasMessageContaining("[31mb")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\033"));
    }

    @Test
    void unpacksAnArchiveWithoutItsTopFolderAndPatchesIt() throws Exception {
        Path files = Files.createDirectories(temp.resolve("files"));
        Path top = Files.createDirectories(temp.resolve("hello-1.0/src"));
        Files.writeString(top.resolve("greeting"), "good morning\n");
        tar(files.resolve("hello-1.0.tar.gz"), "hello-1.0");
        Path patch = temp.resolve("evening.patch");
        Files.writeString(patch, "--- a/src/greeting\n+++ b/src/greeting\n@@ -1 +1 @@\n-good morning\n+good evening\n");
        try (Workspace workspace = workspace()) {
            SourceTree.prepare(workspace, FetchedSource.Kind.FILE, files, List.of(patch));
            assertThat(workspace.source().resolve("src/greeting")).hasContent("good evening");
            assertThat(Files.getLastModifiedTime(workspace.source().resolve("src/greeting"))
                            .toInstant()
                            .getEpochSecond())
                    .isEqualTo(Workspace.EPOCH);
        }
    }

    @Test
    void keepsSeveralTopEntriesAndSingleFilesAsTheyAre() throws Exception {
        Path files = Files.createDirectories(temp.resolve("files"));
        Files.writeString(files.resolve("tool.sh"), "echo hi\n");
        try (Workspace workspace = workspace()) {
            SourceTree.prepare(workspace, FetchedSource.Kind.FILE, files, List.of());
            assertThat(workspace.source().resolve("tool.sh")).hasContent("echo hi");
        }
    }

    @Test
    void saysWhichPatchDoesNotApply() throws Exception {
        Path files = Files.createDirectories(temp.resolve("files"));
        Files.writeString(files.resolve("tool.sh"), "echo hi\n");
        Path patch = temp.resolve("bad.patch");
        Files.writeString(patch, "--- a/tool.sh\n+++ b/tool.sh\n@@ -1 +1 @@\n-something else\n+more\n");
        try (Workspace workspace = workspace()) {
            assertThatThrownBy(() -> SourceTree.prepare(workspace, FetchedSource.Kind.FILE, files, List.of(patch)))
                    .hasMessageContaining("applying the patch bad.patch ended with status 1")
                    .hasMessageContaining("FAILED");
        }
    }

    private void tar(Path archive, String folder) throws Exception {
        new ProcessRunner()
                .output(
                        org.sourceos.host.Command.of("tar", "-czf", archive.toString(), "-C", temp.toString(), folder),
                        new Cancellation());
    }

    /** By an argument that no other program has. */
    private static void assertNothingRuns(String argument) throws Exception {
        for (int attempt = 0; attempt < 50 && anyHas(argument); attempt++) {
            Thread.sleep(100);
        }
        assertThat(anyHas(argument)).isFalse();
    }

    private static boolean anyHas(String argument) {
        return ProcessHandle.allProcesses().anyMatch(process -> {
            try {
                byte[] line = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/cmdline"));
                return List.of(new String(line, StandardCharsets.ISO_8859_1).split("\0"))
                        .contains(argument);
            } catch (IOException e) {
                return false;
            }
        });
    }
}
