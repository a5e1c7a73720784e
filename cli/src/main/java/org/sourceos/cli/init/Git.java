package org.sourceos.cli.init;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;

/** What a new configuration, and an import into one, need of git. */
public final class Git {
    /** Far beyond what a dozen files take. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What of the caller's environment says who commits; a repository that it names is not the one that is meant. */
    private static final Set<String> INHERITED = Set.of("PATH", "HOME", "XDG_CONFIG_HOME", "EMAIL", "SUDO_UID");

    private static final List<String> INHERITED_PREFIXES = List.of("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG_");

    private final ProcessRunner processes = new ProcessRunner();
    private final Map<String, String> environment;
    private final String hostname;

    /** @param hostname for the identity of those who have not told git theirs */
    public Git(Map<String, String> environment, String hostname) {
        this.environment = environment;
        this.hostname = hostname;
    }

    /** Makes the folder a repository whose first branch is {@code main}. */
    void init(Path folder, Cancellation cancellation) throws IOException {
        processes.output(git(folder, "init", "--quiet", "--initial-branch=main"), cancellation);
    }

    /**
     * Commits these files and no others, whatever else is in the folder or staged.
     *
     * @return the commit's id
     */
    String commit(Path folder, Collection<String> files, String message, Cancellation cancellation) throws IOException {
        // By force, because what a user ignores everywhere is no reason to leave out half of a configuration.
        processes.output(git(folder, "add", "--force", "--").withArguments(List.copyOf(files)), cancellation);
        Command commit = git(folder, "commit", "--quiet", "--only", "--message", message, "--")
                .withArguments(List.copyOf(files));
        processes.output(withIdentity(folder, commit, cancellation), cancellation);
        return processes.output(git(folder, "rev-parse", "HEAD"), cancellation).strip();
    }

    /** Forgets that these files were added; for a commit that did not come about. */
    void unstage(Path folder, Collection<String> files) throws IOException {
        processes.output(
                git(folder, "rm", "--quiet", "--cached", "--force", "--ignore-unmatch", "--")
                        .withArguments(List.copyOf(files)),
                new Cancellation());
    }

    /**
     * Runs one command of git that writes a commit, or what belongs in one.
     *
     * @param more variables beside the caller's, such as the index to work on
     * @return what it wrote, without the last line's end
     */
    public String answer(
            Path folder, Map<String, String> more, Command.Stdin stdin, Cancellation cancellation, String... words)
            throws IOException {
        Command command = git(folder, words).withStdin(stdin);
        for (Map.Entry<String, String> variable : more.entrySet()) {
            command = command.withEnvironment(variable.getKey(), variable.getValue());
        }
        if (words[0].equals("commit-tree")) {
            command = withIdentity(folder, command, cancellation);
        }
        return processes.output(command, cancellation).stripTrailing();
    }

    /** Whether a command of git ends well, which for some is their answer. */
    public boolean succeeds(Path folder, Cancellation cancellation, String... words) throws IOException {
        return processes.run(git(folder, words), cancellation).succeeded();
    }

    private Command withIdentity(Path folder, Command commit, Cancellation cancellation) throws IOException {
        Command identified = commit;
        for (String role : List.of("GIT_AUTHOR_", "GIT_COMMITTER_")) {
            // Otherwise git makes one up from the account and the computer, or fails, depending on the computer.
            Command who = git(folder, "-c", "user.useConfigOnly=true", "var", role + "IDENT");
            if (!processes.run(who, cancellation).succeeded()) {
                identified = identified
                        .withEnvironment(role + "NAME", "SourceOS")
                        .withEnvironment(role + "EMAIL", "sourceos@" + hostname);
            }
        }
        return identified;
    }

    private Command git(Path folder, String... words) {
        // A user's hooks and signatures are for commits that the user writes; a passphrase cannot be typed here.
        List<String> argv = new ArrayList<>(
                List.of("git", "-c", "core.hooksPath=/dev/null", "-c", "commit.gpgSign=false", "-c", "core.fsync=all"));
        argv.addAll(List.of(words));
        Command command = Command.of(argv).withDirectory(folder).withTimeout(PATIENCE);
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            String name = variable.getKey();
            if (INHERITED.contains(name) || INHERITED_PREFIXES.stream().anyMatch(name::startsWith)) {
                command = command.withEnvironment(name, variable.getValue());
            }
        }
        return command;
    }
}
