package org.sourceos.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;
import org.sourceos.launcher.confine.Confinement;
import org.sourceos.launcher.confine.Protections;

/** The program that confines QEMU, with a small program in QEMU's place. */
class ConfineProgramTest {
    /** Says what it is, from /proc/self, which only a machine with shared folders has. */
    private static final String LOOKER = """
            #include <dirent.h>
            #include <stdio.h>
            #include <string.h>
            #include <sys/stat.h>
            #include <unistd.h>
            int main(int argc, char **argv) {
                char line[512];
                FILE *status = fopen("/proc/self/status", "r");
                while (status && fgets(line, sizeof line, status))
                    if (strncmp(line, "Cap", 3) == 0 || strncmp(line, "NoNew", 5) == 0 || strncmp(line, "Uid", 3) == 0
                            || strncmp(line, "THP", 3) == 0)
                        fputs(line, stdout);
                if (argc > 1 && strcmp(argv[1], "stay") == 0) {
                    printf("stays\\n");
                    fflush(stdout);
                    pause();
                }
                DIR *root = opendir("/");
                for (struct dirent *entry; root && (entry = readdir(root));)
                    if (entry->d_name[0] != '.') printf("sees /%s\\n", entry->d_name);
                for (int i = 1; i < argc; i++) {
                    FILE *file = fopen(argv[i], "a");
                    printf("%s %s\\n", file ? "writes" : "cannot write", argv[i]);
                    struct stat known;
                    printf("%s %s\\n", stat(argv[i], &known) ? "lacks" : "has", argv[i]);
                }
                return 7;
            }
            """;

    @TempDir
    private static Path shared;

    private static Path confine;
    private static Path looker;
    private static boolean root;

    @BeforeAll
    static void build() throws Exception {
        Machines.run(
                "make",
                "-s",
                "-C",
                Path.of("src/main/c/confine").toAbsolutePath().toString(),
                "OUT=" + shared);
        confine = shared.resolve("confine");
        looker = shared.resolve("looker");
        Files.writeString(shared.resolve("looker.c"), LOOKER);
        Machines.run(
                "gcc",
                "-static",
                "-o",
                looker.toString(),
                shared.resolve("looker.c").toString());
        root = Files.getAttribute(shared, "unix:uid").equals(0);
    }

    private static ProcessResult run(List<String> prefix, String... words) throws Exception {
        List<String> argv = new ArrayList<>(prefix);
        argv.add(confine.toString());
        argv.addAll(List.of(words));
        return new ProcessRunner().run(Command.of(argv), new Cancellation());
    }

    private static void assumeNamespaces() throws Exception {
        Confinement confinement = new Confinement(Optional.of(confine), true, Confinement.FIRST_USER, shared);
        List<String> available = Protections.available(confinement, new ProcessRunner(), new Cancellation());
        assumeTrue(available.contains("root"), "this host permits no namespaces: " + available);
    }

    @Test
    void showsWhatWasNamedAndNothingElse() throws Exception {
        assumeNamespaces();
        Path folder = Files.createDirectories(shared.resolve("folder"));
        Path beside = Files.writeString(shared.resolve("beside"), "secret");
        Path file = Files.writeString(shared.resolve("file"), "");
        ProcessResult result = run(
                List.of(),
                "--require",
                "--keep-user",
                "--read",
                looker.toString(),
                "--read",
                file.toString(),
                "--share",
                folder.toString(),
                "--",
                looker.toString(),
                file.toString(),
                beside.toString(),
                folder.resolve("new").toString(),
                "/dev/kvm",
                "/etc/passwd");
        assertThat(result.exitStatus()).isEqualTo(7);
        assertThat(result.stdout().lines())
                .contains(
                        "cannot write " + file,
                        "has " + file,
                        "lacks " + beside,
                        "writes " + folder.resolve("new"),
                        "lacks /dev/kvm",
                        "lacks /etc/passwd",
                        "NoNewPrivs:\t1")
                .contains("CapEff:\t" + (root ? "000000000000001b" : "0000000000000000"));
        assertThat(result.stdout().lines().filter(line -> line.startsWith("sees ")))
                .containsExactlyInAnyOrder("sees /tmp", "sees /proc");
    }

    @Test
    void aRestoredMachineHasNoHugePages() throws Exception {
        assumeNamespaces();
        Path memory = Files.writeString(shared.resolve("memory"), "");
        Path folder = Files.createDirectories(shared.resolve("folder"));
        String[] words = {
            "--require", "--keep-user", "--read", looker.toString(), "--share", folder.toString(), "--", looker.toString()
        };
        List<String> restored = new ArrayList<>(List.of("--ram", memory.toString()));
        restored.addAll(List.of(words));
        assertThat(run(List.of(), words).stdout().lines()).contains("THP_enabled:\t1");
        assertThat(run(List.of(), restored.toArray(String[]::new)).stdout().lines()).contains("THP_enabled:\t0");
    }

    @Test
    void whoKillsItEndsWhatItStarted() throws Exception {
        assumeNamespaces();
        // Without "--keep-user" it has a user of its own, whom not everybody may send signals.
        Process process = new ProcessBuilder(
                        confine.toString(),
                        "--require",
                        "--uids",
                        Long.toString(Confinement.FIRST_USER),
                        "--read",
                        looker.toString(),
                        "--",
                        looker.toString(),
                        "stay")
                .start();
        try (InputStream out = process.getInputStream()) {
            assertThat(out.readNBytes(6)).asString(StandardCharsets.UTF_8).isEqualTo("stays\n");
            ProcessHandle started = process.children().findFirst().orElseThrow();
            process.destroyForcibly().waitFor();
            try {
                for (int waited = 0; waited < 500 && runs(started.pid()); waited++) {
                    Thread.sleep(10);
                }
                assertThat(runs(started.pid())).isFalse();
            } finally {
                started.destroyForcibly();
            }
        }
    }

    /** One that has ended may be there until its new parent has noticed. */
    private static boolean runs(long pid) throws IOException {
        try {
            return !Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Test
    void startsWithoutRightsWhereNamespacesAreNotPermitted() throws Exception {
        assumeTrue(root, "only root can give the right to namespaces away");
        List<String> poor = List.of("setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin");
        ProcessResult result = run(poor, "--", looker.toString());
        assertThat(result.exitStatus()).isEqualTo(7);
        assertThat(result.stdout().lines()).contains("CapEff:\t0000000000000000", "NoNewPrivs:\t1", "Uid:\t0\t0\t0\t0");
        assertThat(result.stderrTail()).contains("this host does not permit");
    }

    @Test
    void refusesWhereAllOfItIsRequired() throws Exception {
        assumeTrue(root, "only root can give the right to namespaces away");
        List<String> poor = List.of("setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin");
        ProcessResult result = run(poor, "--require", "--", looker.toString());
        assertThat(result.exitStatus()).isEqualTo(125);
        assertThat(result.stdout()).isEmpty();
        assertThat(result.stderrTail()).contains("confine: cannot make namespaces: Operation not permitted");
    }

    @Test
    void anOrdinaryUsersStaysThatUserInNamespacesOfItsOwn() throws Exception {
        assumeTrue(root, "only root can become an ordinary user for a test");
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> nobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        ProcessResult probe = run(nobody, "--probe");
        assumeTrue(probe.stdout().contains("root"), "this host permits no namespaces to users: " + probe.stderrTail());
        Path folder = Files.createDirectories(shared.resolve("nobodys"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        ProcessResult result = run(
                nobody,
                "--require",
                "--keep-user",
                "--uids",
                "1900000000",
                "--read",
                looker.toString(),
                "--share",
                folder.toString(),
                "--",
                looker.toString(),
                folder.resolve("new").toString(),
                "/etc/passwd");
        assertThat(result.exitStatus()).as(result.stderrTail()).isEqualTo(7);
        assertThat(result.stdout().lines())
                .contains("CapEff:\t0000000000000000", "NoNewPrivs:\t1", "Uid:\t65534\t65534\t65534\t65534")
                .contains("writes " + folder.resolve("new"), "lacks /etc/passwd");
        assertThat(Files.getAttribute(folder.resolve("new"), "unix:uid")).isEqualTo(65534);
    }

    @Test
    void saysWhatTheHostPermits() throws Exception {
        assumeTrue(root, "only root has users to give");
        assumeNamespaces();
        Confinement confinement = new Confinement(Optional.of(confine), true, Confinement.FIRST_USER, shared);
        assertThat(Protections.available(confinement, new ProcessRunner(), new Cancellation()))
                .containsExactly("namespaces", "root", "user");
    }

    @Test
    void givesNobodysNumberAway() {
        assertThatThrownBy(() -> new Confinement(Optional.of(confine), true, 0, shared).check())
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("/etc/passwd has given 0 to root")
                .hasMessageContaining("SOURCEOS_CONFINE_UIDS");
    }
}
