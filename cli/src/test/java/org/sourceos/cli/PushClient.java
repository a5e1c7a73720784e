package org.sourceos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;

/** Somebody with a key of their own, who uses git over SSH. */
record PushClient(Path key, Map<String, String> environment) {
    /** Makes a key in a folder, if there is an ssh to use it with. */
    static PushClient in(Path folder, String person, Map<String, String> environment) throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ssh")), "no ssh on this computer: install openssh-client");
        PushClient client = new PushClient(folder.resolve(person), environment);
        Outcome made = client.run(
                folder,
                "ssh-keygen",
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-f",
                client.key().toString());
        assertThat(made.status()).as(made.toString()).isZero();
        return client;
    }

    String publicKey() throws IOException {
        return Files.readString(key.resolveSibling(key.getFileName() + ".pub"));
    }

    Outcome git(Path folder, String... words) throws IOException {
        List<String> argv = new ArrayList<>(List.of("git"));
        argv.addAll(List.of(words));
        return run(folder, argv.toArray(String[]::new));
    }

    /** As people confirm a push: {@code ssh -p PORT HOST confirm}. */
    Outcome confirm(String url) throws IOException {
        java.net.URI server = java.net.URI.create(url);
        List<String> argv = new ArrayList<>(List.of(ssh().split(" ")));
        argv.addAll(List.of("-p", Integer.toString(server.getPort()), server.getHost(), "confirm"));
        return run(key.resolveSibling(""), argv.toArray(String[]::new));
    }

    String ssh() {
        return "ssh -F /dev/null -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=accept-new"
                + " -o UserKnownHostsFile=" + key.resolveSibling("known_hosts") + " -i " + key;
    }

    private Outcome run(Path folder, String... argv) throws IOException {
        Command command = Command.of(argv)
                .withOnlyEnvironment(environment)
                .withEnvironment("GIT_SSH_COMMAND", ssh())
                .withDirectory(folder)
                .withTimeout(Duration.ofMinutes(3));
        ProcessResult result = new ProcessRunner().run(command, new Cancellation());
        return new Outcome(result.exitStatus(), result.stdout(), result.stderrTail());
    }
}
