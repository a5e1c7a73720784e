package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is built on one computer runs on another that cannot build: two stores, a server between them, and on its side neither
 * a sandbox nor a compiler nor a network.
 */
@Tag("slow")
@Tag("vm")
class TargetHostTest {
    /** Enough to serve, to switch and to run; not to build. */
    private static final List<String> PROGRAMS = List.of("git", "sh", "java", "qemu-system-x86_64", "ssh-keygen");

    private static final String TRUST =
            "[repositories.system]\npush = [\"mom\"]\ndeploy = [\"dad\"]\nadmin = [\"boss\"]\n";

    @TempDir
    private Path folder;

    private Desk source;
    private Desk target;
    private PushClient dad;
    private PushClient mom;
    private PushClient boss;
    private Desk.Started server;
    private String host = "";

    @BeforeEach
    void twoComputers() throws Exception {
        source = Desk.withSystem(folder);
        source.forgetGenerations();
        Map<String, String> environment = source.context(new byte[0]).context().environment();
        dad = PushClient.in(folder, "dad", environment);
        mom = PushClient.in(folder, "mom", environment);
        boss = PushClient.in(folder, "boss", environment);
        source = source.with("GIT_SSH_COMMAND", dad.ssh());
        Path bin = Files.createDirectories(folder.resolve("target/bin"));
        for (String program : PROGRAMS) {
            Outcome found = source.run(source.command(List.of("sh", "-c", "command -v " + program)));
            assertThat(found.status()).as(program + ": " + found).isZero();
            Files.createSymbolicLink(bin.resolve(program), Path.of(found.out().strip()));
        }
        Path system = folder.resolve("target/system.git");
        git(0, "init", "-q", "-b", "main");
        git(0, "init", "-q", "--bare", "-b", "main", system.toString());
        write("trust/dad.pub", dad.publicKey());
        write("trust/mom.pub", mom.publicKey());
        write("trust/boss.pub", boss.publicKey());
        write("trust/access.toml", TRUST);
        write("system.source.nix", "{ }\n");
        git(0, "commit", "-q", "-m", "Begin");
        git(0, "push", "-q", system.toString(), "main");
        target = source.with("PATH", bin.toString())
                .with("SOURCEOS_CONFIG", system.toString())
                .with("SOURCEOS_STORE", folder.resolve("target/store").toString())
                .with("SOURCEOS_STATE", folder.resolve("target/state").toString())
                .with("SOURCEOS_RUNTIME", folder.resolve("target/run").toString())
                .with("http_proxy", "http://127.0.0.1:9")
                .with("https_proxy", "http://127.0.0.1:9");
        server = target.start("serve", "--listen", "127.0.0.1:0");
        Desk.until(
                "it listens",
                () -> server.context().out().lines().count() == 2
                        || server.outcome().isDone(),
                server.context()::err);
        assertThat(server.outcome()).as(server.context().err()).isNotDone();
        host = server.context().out().lines().toList().get(1).replaceFirst("ssh://([^/]*)/.*", "$1");
    }

    @AfterEach
    void end() throws Exception {
        server.cancel();
        assertThat(server.await().status()).isZero();
        source.forgetGenerations();
    }

    private Outcome git(int status, String... words) throws IOException {
        Outcome outcome = dad.git(source.config(), words);
        assertThat(outcome.status()).as(outcome + serverLog()).isEqualTo(status);
        return outcome;
    }

    private String serverLog() {
        return server == null ? "" : "\n--- server\n" + server.context().err();
    }

    private void write(String name, String text) throws IOException {
        Path file = source.config().resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        git(0, "add", "-A");
    }

    private String commit(String subject, String applications) throws IOException {
        write("system.source.nix", "{ system.applications = { " + applications + " }; } # " + subject + "\n");
        git(0, "commit", "-q", "-m", subject);
        return git(0, "rev-parse", "HEAD").out().strip();
    }

    private Outcome rebuild(int status, String... words) {
        String[] all = new String[words.length + 3];
        all[0] = "rebuild";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--target-host";
        all[words.length + 2] = host;
        Outcome outcome = source.execute(all);
        assertThat(outcome.status()).as(outcome + serverLog()).isEqualTo(status);
        return outcome;
    }

    private String deployed() {
        return target.execute("rebuild", "status").out();
    }

    private long packed() throws IOException {
        long sum = 0;
        try (var files = Files.list(target.store().resolve(".git/objects/pack"))) {
            for (Path file : files.toList()) {
                sum += Files.size(file);
            }
        }
        return sum;
    }

    @Test
    void whatIsBuiltHereRunsThereAndOnlyWhatIsMissingIsSent() throws Exception {
        assertThat(target.execute("build", "--offline", "hello").status())
                .as("it can build nothing")
                .isNotZero();
        commit("Hello", "hello = hello;");
        assertThat(source.execute("rebuild", "diff", "HEAD~1", "HEAD").out())
                .contains("+ program hello  hello")
                .containsPattern("~ size of all programs  0 B → [0-9.]+ [KM]iB\\n");
        Outcome first = rebuild(0, "switch");
        assertThat(first.out()).contains("(Hello) counts on " + host + " now");
        assertThat(first.err())
                .contains("remote: sourceos: generation 1 (Hello) is here, whole and of this commit; nothing was built")
                .contains("remote: sourceos: generation 1 (Hello) counts now");
        assertThat(deployed()).startsWith("generation 1 (Hello) counts\n").doesNotContain("unless it is confirmed");
        Outcome run = target.execute("run", "--accel=tcg", "hello");
        assertThat(run.out()).as(run.toString()).isEqualTo("Hello, world!\n");
        assertThat(target.git("for-each-ref", "--format=%(refname)").out().lines())
                .as("nothing is found by builds")
                .allMatch(ref -> ref.startsWith("refs/system/"));
        assertThat(folder.resolve("target/state/logs")).as("logs of builds").doesNotExist();
        assertThat(target.git("log", "-1", "--format=%b", "refs/system/current").out())
                .contains("Built elsewhere, sent by dad");

        long before = packed();
        commit("Twice", "hello = hello; again = hello;");
        assertThat(rebuild(0, "dry-run").err()).contains("can be told when it is built");
        assertThat(source.execute("rebuild", "build").status()).isZero();
        assertThat(rebuild(0, "dry-run").out()).contains("send  0 of ");
        assertThat(JsonParser.parseString(rebuild(0, "switch", "--json").out())
                        .getAsJsonObject()
                        .get("outcome")
                        .getAsString())
                .isEqualTo("done");
        assertThat(packed() - before).as("bytes that were sent").isBetween(1L, 20_000L);
        assertThat(rebuild(0, "switch").out()).contains("counts on " + host + " already");

        assertThat(rebuild(0, "switch", "HEAD~1").out()).contains("(Hello) counts on " + host + " now");
        assertThat(deployed()).startsWith("generation 1 (Hello) counts\n");
        assertThat(rebuild(0, "test").out()).contains("(Twice) is tried on " + host);
        assertThat(deployed()).startsWith("generation 1 (Hello) counts\n").contains("generation 2 is tried");
        assertThat(target.execute("rebuild", "rollback").status()).isZero();

        commit("Kept", "third = hello;");
        assertThat(rebuild(0, "build").out()).contains("(Kept) is built, and is on " + host);
        assertThat(deployed()).startsWith("generation 1 (Hello) counts\n");
        target.assertStoreIsSound();
        try (var left = Files.list(folder.resolve("target/state/serve/incoming"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void onlyThoseWhoMayDeploySendWhatWasBuiltElsewhere() throws Exception {
        commit("Hello", "hello = hello;");
        source = source.with("GIT_SSH_COMMAND", mom.ssh());
        assertThat(rebuild(1, "switch").err()).contains("may push to system, but not send what was built elsewhere");
        assertThat(deployed()).startsWith("nothing has been deployed yet");
        assertThat(rebuild(2, "switch", "--dirty").err()).contains("--dirty and --target-host do not go together");
        Outcome odd = source.execute("rebuild", "switch", "--target-host", "-oProxyCommand=x");
        assertThat(odd.status()).as(odd.toString()).isEqualTo(2);
    }

    @Test
    void aKernelIsInstalledThereForAnAdmin() throws Exception {
        source.kernelThatIsOnlyAMakefile();
        Path boot = Files.createDirectories(folder.resolve("target/boot"));
        write("system.source.nix", """
                {
                  system.kernel.preempt = "full";
                  system.boot = { parameters = [ "root=LABEL=x" "ro" ]; root = "%s"; };
                }
                """.formatted(boot));
        git(0, "commit", "-q", "-m", "Kernel");
        assertThat(rebuild(113, "boot").err()).contains("a kernel has the whole computer");
        source = source.with("GIT_SSH_COMMAND", boss.ssh());
        Outcome installed = rebuild(0, "boot");
        assertThat(installed.out()).contains("is what " + host + " starts with the next time, with Linux 6.9-sourceos");
        assertThat(installed.err())
                .contains("the next start is with Linux 6.9-sourceos of generation 1 (Kernel): " + boot);
        assertThat(Files.readString(boot.resolve("loader/entries/sourceos-1.conf")))
                .contains("options root=LABEL=x ro sourceos.generation=1\n");
        rebuild(0, "boot");
        assertThat(deployed()).startsWith("nothing has been deployed yet");
        target.assertStoreIsSound();
    }

    /** A closure of one's own making: the generation's tree as git's plumbing changes it. */
    private Outcome forged(String commit, String generation, String... edit) throws IOException {
        String script = """
                set -e
                cd "$1"
                export GIT_INDEX_FILE="$1/index"
                rm -f index
                git read-tree "$3"
                %s
                closure=$(git commit-tree -m closure $(git write-tree))
                git update-ref refs/closures/$2 $closure
                git update-ref refs/configurations/$2 $2
                git push -q ssh://%s/system/closure refs/closures/$2 refs/configurations/$2
                """.formatted(String.join("\n", edit), host);
        Path outgoing = Files.createTempDirectory(folder, "forged-");
        git(0, "init", "-q", "--bare", outgoing.toString());
        Files.writeString(
                outgoing.resolve("objects/info/alternates"),
                source.store().resolve(".git/objects") + "\n" + source.config().resolve(".git/objects") + "\n");
        return source.run(source.command(List.of("sh", "-c", script, "sh", outgoing.toString(), commit, generation)));
    }

    private static String edit(String path, String expression) {
        return "blob=$(git cat-file blob \"$(git ls-files | grep -m 1 '" + path + "' | sed 's/^/:/')\" | sed '"
                + expression
                + "' | git hash-object -w --stdin)\ngit update-index --cacheinfo 100644,$blob,$(git ls-files | grep -m 1 '"
                + path + "')";
    }

    @Test
    void whatIsNotWhatItSaysIsRefused() throws Exception {
        String first = commit("First", "hello = hello;");
        assertThat(source.execute("rebuild", "build").status()).isZero();
        String second = commit("Second", "other = hello;");
        String built =
                source.git("rev-parse", "refs/system/generations/1").out().strip();

        assertThat(forged(second, built).err()).contains("not taken: it is of commit " + first);
        assertThat(forged(second, built, edit("^generation.json$", "s/" + first + "/" + second + "/"))
                        .err())
                .contains("its configuration is not what this commit evaluates to here");
        assertThat(forged(first, built, edit("^generation.json$", "s/\"name\": \"hello\"/\"name\": \"hell\"/"))
                        .err())
                .contains("its hell is not the hello that the configuration wants");
        assertThat(forged(
                                first,
                                built,
                                edit("^images/hello-[0-9a-f]*/manifest.json$", "s/\"sha256\": \"./&0/; s/0\"/\"/"))
                        .err())
                .contains("refused: ");
        assertThat(forged(first, built, edit("^images/hello-.*/root/usr/bin/hello$", "s/Hello/Hallo/"))
                        .err())
                .contains("refused: ");
        assertThat(forged(first, built, "git rm -q -r --cached images").err())
                .contains("the image of hello is missing");
        assertThat(deployed()).startsWith("nothing has been deployed yet");
        assertThat(target.git("for-each-ref").out()).isEmpty();
        assertThat(target.git("count-objects", "-v").out()).contains("count: 0\n", "in-pack: 0\n");
        assertThat(rebuild(0, "switch", "HEAD~1").out()).contains("(First) counts on " + host + " now");
        target.assertStoreIsSound();
    }
}
