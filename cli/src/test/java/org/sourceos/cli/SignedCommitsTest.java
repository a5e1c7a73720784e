package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sourceos.host.Command;

/** Where {@code trust/} demands signed commits, no other gets in: by push, or by a switch on the computer itself. */
@Tag("slow")
class SignedCommitsTest {
    private static final String SIGNED =
            "signed_commits = true\n[repositories.system]\nread = [\"mom\"]\npush = [\"dad\"]\n";

    @TempDir
    private Path folder;

    private Desk desk;
    private Path system;

    @BeforeEach
    void aSystemThatTakesOnlySignedCommits() throws IOException {
        desk = Desk.withSystem(folder);
        desk.forgetGenerations();
        desk.scripted("e2e-signed", "true");
        system = folder.resolve("system.git");
        git(0, "init", "-q", "-b", "main");
        git(0, "init", "-q", "--bare", "-b", "main", system.toString());
        desk.with("SOURCEOS_CONFIG", system.toString()).execute("hooks", "install");
        Map<String, String> environment = desk.context(new byte[0]).context().environment();
        Files.createDirectories(desk.config().resolve("trust"));
        for (String person : List.of("dad", "mom", "stranger")) {
            PushClient client = PushClient.in(folder, person, environment);
            if (!person.equals("stranger")) {
                Files.writeString(desk.config().resolve("trust/" + person + ".pub"), client.publicKey());
            }
        }
        Files.writeString(desk.config().resolve("trust/access.toml"), SIGNED);
        commit("Begin");
        // Before it, nothing demands anything.
        git(0, "push", "-q", system.toString(), "main");
    }

    @AfterEach
    void forgetTheSystem() throws IOException {
        desk.forgetGenerations();
    }

    private Outcome git(int status, String... words) throws IOException {
        List<String> argv = new ArrayList<>(List.of("git", "-C", desk.config().toString()));
        argv.addAll(List.of(words));
        Outcome outcome = desk.run(desk.command(argv));
        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(status);
        return outcome;
    }

    private void change(String subject) throws IOException {
        Files.writeString(
                desk.config().resolve("system.source.nix"),
                "{ system.applications.first = e2e-signed; } # " + subject + "\n");
        git(0, "add", "-A");
    }

    private void commit(String subject) throws IOException {
        change(subject);
        git(0, "commit", "-q", "-m", subject);
    }

    private void commitAs(String person, String subject) throws IOException {
        change(subject);
        signing(person, "commit", "-q", "-S", "-m", subject);
    }

    private void signing(String person, String... words) throws IOException {
        List<String> all =
                new ArrayList<>(List.of("-c", "gpg.format=ssh", "-c", "user.signingKey=" + folder.resolve(person)));
        all.addAll(List.of(words));
        git(0, all.toArray(String[]::new));
    }

    private void refused(String... expected) throws IOException {
        String before = git(0, "ls-remote", system.toString()).out();
        assertThat(git(1, "push", system.toString(), "main").err())
                .contains("remote: sourceos: refused: trust/ demands signed commits")
                .contains("nothing was changed")
                .contains(expected);
        assertThat(git(0, "ls-remote", system.toString()).out()).isEqualTo(before);
    }

    /** A commit like HEAD with another text, as whoever can write objects makes it. */
    private void forge(UnaryOperator<String> change) throws IOException {
        String forged = change.apply(git(0, "cat-file", "commit", "HEAD").out());
        Path file = Files.writeString(folder.resolve("forged"), forged);
        Command command = desk.command(
                        List.of("git", "-C", desk.config().toString(), "hash-object", "-t", "commit", "-w", "--stdin"))
                .withStdin(new Command.Stdin.File(file));
        git(0, "update-ref", "refs/heads/main", desk.run(command).out().strip());
    }

    @Test
    void aCommitOfWhoMayPushIsTaken() throws IOException {
        commitAs("dad", "Signed");
        commitAs("dad", "Signed too");
        assertThat(git(0, "push", system.toString(), "main").err()).contains("(Signed too) counts now");
    }

    @Test
    void aCommitWithoutASignatureIsRefusedWhereverItIs() throws IOException {
        commit("Unsigned");
        refused("(Unsigned): it is not signed with SSH", "git config gpg.format ssh");
        commitAs("dad", "Signed on top");
        refused("(Unsigned): it is not signed with SSH");
        assertThat(git(1, "push", system.toString(), "main:refs/heads/other").err())
                .contains("(Unsigned): it is not signed");
        git(0, "reset", "-q", "--hard", "HEAD~2");

        git(0, "checkout", "-q", "-b", "side");
        commit("On the side");
        git(0, "checkout", "-q", "main");
        commitAs("dad", "On the main branch");
        signing("dad", "merge", "-q", "-S", "-s", "ours", "-m", "Merge", "side");
        refused("(On the side): it is not signed with SSH");
    }

    @Test
    void aSignatureOfSomebodyElseIsRefused() throws IOException {
        commitAs("stranger", "Of a stranger");
        refused("(Of a stranger): it is signed with the key SHA256:", "which nobody has who may push");
        git(0, "reset", "-q", "--hard", "HEAD~1");
        commitAs("mom", "Of a reader");
        refused("(Of a reader): it is signed with the key SHA256:");
    }

    @Test
    void aSignatureOfAnotherCommitIsRefused() throws IOException {
        commitAs("dad", "Signed");
        forge(text -> text.replace("\nSigned", "\nForged"));
        refused("(Forged): its signature is not one of this commit");
        forge(text -> text.replace("SSH SIGNATURE", "PGP SIGNATURE"));
        refused("it is not signed with SSH");
    }

    /** What counts is what was demanded before: a push cannot do away with it, nor let its own signer in. */
    @Test
    void thePushedTrustDoesNotCountForItself() throws IOException {
        Path list = desk.config().resolve("trust/access.toml");
        Files.writeString(list, SIGNED.replace("true", "false"));
        commit("Demand nothing");
        refused("(Demand nothing): it is not signed");
        git(0, "reset", "-q", "--hard", "HEAD~1");

        Files.copy(folder.resolve("stranger.pub"), desk.config().resolve("trust/stranger.pub"));
        Files.writeString(list, SIGNED.replace("\"dad\"", "\"dad\", \"stranger\""));
        commitAs("stranger", "Let me in");
        refused("(Let me in): it is signed with the key SHA256:");
        git(0, "reset", "-q", "--hard", "HEAD~1");

        Files.writeString(list, SIGNED.replace("true", "false"));
        commitAs("dad", "Demand nothing any more");
        git(0, "push", system.toString(), "main");
        commit("Unsigned");
        assertThat(git(0, "push", system.toString(), "main").err()).contains("(Unsigned) counts now");
    }

    @Test
    void aSwitchOnTheComputerItselfDemandsTheSame() throws IOException {
        commit("Unsigned");
        Outcome refused = desk.execute("rebuild", "switch");
        assertThat(refused.status()).as(refused.toString()).isEqualTo(113);
        assertThat(refused.err()).contains("sourceos: refused: trust/ demands signed commits", "(Unsigned): it is not");
        assertThat(desk.execute("rebuild", "switch", "--dirty").status()).isEqualTo(113);
        assertThat(desk.execute("rebuild", "build").status()).isEqualTo(113);
        git(0, "reset", "-q", "--hard", "HEAD~1");
        commitAs("dad", "Signed");
        assertThat(desk.execute("rebuild", "switch").out()).isEqualTo("generation 2 (Signed) counts now\n");
        assertThat(desk.execute("rebuild", "switch", "HEAD~1").out()).isEqualTo("generation 1 (Begin) counts now\n");
    }
}
