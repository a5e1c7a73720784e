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
import java.util.stream.Stream;
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
        #define _GNU_SOURCE
        #include <dirent.h>
        #include <stdio.h>
        #include <string.h>
        #include <sched.h>
        #include <sys/stat.h>
        #include <sys/syscall.h>
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
            puts(syscall(SYS_keyctl, 0, -3, 0) < 0 ? "without keys" : "has its caller's keys");
            char parameters[256] = {0};
            puts(syscall(SYS_io_uring_setup, 1, parameters) < 0 ? "without rings" : "has rings of calls");
            puts(unshare(CLONE_NEWUSER) != 0 ? "stays in its namespaces" : "has left its namespaces");
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
                        "NoNewPrivs:\t1",
                        "without keys",
                        "without rings",
                        "stays in its namespaces")
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
            "--require",
            "--keep-user",
            "--read",
            looker.toString(),
            "--share",
            folder.toString(),
            "--",
            looker.toString()
        };
        List<String> restored = new ArrayList<>(List.of("--ram", memory.toString()));
        restored.addAll(List.of(words));
        assertThat(run(List.of(), words).stdout().lines()).contains("THP_enabled:\t1");
        assertThat(run(List.of(), restored.toArray(String[]::new)).stdout().lines())
                .contains("THP_enabled:\t0");
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
    void oneThatNobodyCouldBeToldOfDoesNotStay() throws Exception {
        assumeNamespaces();
        String command = confine + " --detached --uids " + Confinement.FIRST_USER + " --read " + looker + " -- "
                + looker + " stay > /dev/full";
        ProcessResult result = new ProcessRunner().run(Command.of("sh", "-c", command), new Cancellation());
        assertThat(result.exitStatus()).isEqualTo(125);
        assertThat(result.stderrTail()).contains("confine: cannot say which process it is: No space left on device");
        for (int waited = 0; waited < 500 && lookers().findAny().isPresent(); waited++) {
            Thread.sleep(10);
        }
        try {
            assertThat(lookers()).isEmpty();
        } finally {
            lookers().forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static Stream<ProcessHandle> lookers() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().command().equals(Optional.of(looker.toString())));
    }

    @Test
    void whatIsNotThereIsNoReasonToStartWithoutNamespaces() throws Exception {
        assumeNamespaces();
        Path lacking = shared.resolve("lacking");
        ProcessResult result = run(List.of(), "--read", lacking.toString(), "--", looker.toString());
        assertThat(result.exitStatus()).isEqualTo(125);
        assertThat(result.stdout()).isEmpty();
        assertThat(result.stderrTail()).isEqualTo("confine: cannot show " + lacking + ": No such file or directory\n");
        result = run(List.of(), "--ram", lacking.toString(), "--", looker.toString());
        assertThat(result.exitStatus()).isEqualTo(125);
        assertThat(result.stderrTail()).isEqualTo("confine: cannot open " + lacking + ": No such file or directory\n");
    }

    /** As a guest could make it, in a folder that is shared with another machine. */
    @Test
    void makesNothingWhereALinkInASharedFolderLeads() throws Exception {
        assumeNamespaces();
        Path outer = Files.createDirectories(shared.resolve("outer"));
        Path elsewhere = Files.createDirectories(shared.resolve("elsewhere"));
        Files.createDirectories(elsewhere.resolve("deep"));
        Files.createSymbolicLink(outer.resolve("link"), elsewhere);
        ProcessResult result = run(
                List.of(),
                "--keep-user",
                "--read",
                looker.toString(),
                "--share",
                outer.toString(),
                "--share",
                outer.resolve("link/deep").toString(),
                "--",
                looker.toString());
        assertThat(result.stdout()).isEmpty();
        assertThat(result.exitStatus()).isEqualTo(125);
        assertThat(result.stderrTail())
                .isEqualTo("confine: cannot make the way to " + outer.resolve("link/deep") + ": Not a directory\n");
    }

    /** Without a folder to make the root in, which shows when its files are given away already. */
    @Test
    void takesBackWhatWasGivenToAUserThatItDoesNotGet() throws Exception {
        assumeTrue(root, "only root can change its root");
        assumeNamespaces();
        Path top = Files.createDirectories(shared.resolve("top"));
        Files.createDirectories(top.resolve("proc"));
        Files.copy(confine, top.resolve("confine"));
        Files.copy(looker, top.resolve("looker"));
        Path own = Files.writeString(top.resolve("own"), "");
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rw-------"));
        String command =
                "mount --bind " + top + " " + top + " && mount --bind /proc " + top + "/proc && exec chroot " + top
                        + " /confine --uids "
                        + Confinement.FIRST_USER + " --own /own --read /looker -- /looker /own";
        ProcessResult result =
                new ProcessRunner().run(Command.of("unshare", "-m", "sh", "-c", command), new Cancellation());
        assertThat(result.stderrTail()).contains("cannot mount a root at /tmp").contains("this host does not permit");
        assertThat(result.stdout().lines()).contains("writes /own");
        assertThat(Files.getAttribute(own, "unix:uid")).isEqualTo(0);
    }

    @Test
    void aHostWithoutItsGroupsNumberGivesNoUserOfItsOwn() throws Exception {
        assumeTrue(root, "only root can map numbers");
        assumeNamespaces();
        Path go = shared.resolve("go");
        Machines.run("mkfifo", go.toString());
        Process inside = new ProcessBuilder(
                        "unshare",
                        "-U",
                        "sh",
                        "-c",
                        "read x < " + go + "; exec " + confine + " --probe --uids 1900000000")
                .redirectErrorStream(true)
                .start();
        Path process = Path.of("/proc/" + inside.pid());
        for (int waited = 0; waited < 500 && isInOurUsers(process); waited++) {
            Thread.sleep(10);
        }
        Files.writeString(process.resolve("uid_map"), "0 0 4294967295");
        Files.writeString(process.resolve("gid_map"), "0 0 65536");
        Files.writeString(go, "go\n");
        assertThat(inside.getInputStream().readAllBytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("namespaces\nroot\n");
    }

    private static boolean isInOurUsers(Path process) throws IOException {
        return Files.readSymbolicLink(process.resolve("ns/user"))
                .equals(Files.readSymbolicLink(Path.of("/proc/self/ns/user")));
    }

    @Test
    void aNumberThatIsNoneIsRefused() throws Exception {
        for (String number : List.of("", "1x", "-1", "4294967295", "99999999999999999999")) {
            ProcessResult result = run(List.of(), "--uids", number, "--", looker.toString());
            assertThat(result.exitStatus()).isEqualTo(125);
            assertThat(result.stderrTail()).isEqualTo("confine: " + number + " is not understood\n");
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
