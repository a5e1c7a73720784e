package org.sourceos.gitstore.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sourceos.gitstore.StoreException;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;

/** A user with a home of their own, who works in one repository with the real git. */
final class UserGit {
    final Path folder;
    final Map<String, String> environment;
    private final ProcessRunner runner = new ProcessRunner();

    private UserGit(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    static UserGit init(Path home, String name, String... options) throws IOException {
        Path folder = Files.createDirectories(home.resolve(name));
        UserGit user = at(home, folder);
        List<String> arguments = new ArrayList<>(List.of("init", "-q", "-b", "main"));
        arguments.addAll(List.of(options));
        user.git(arguments.toArray(String[]::new));
        return user;
    }

    static UserGit at(Path home, Path folder) {
        return new UserGit(
                folder,
                Map.of(
                        "HOME", home.toString(),
                        "PATH", "/usr/local/bin:/usr/bin:/bin",
                        "GIT_CONFIG_GLOBAL", "/dev/null",
                        "GIT_CONFIG_NOSYSTEM", "1"));
    }

    UserGit with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new UserGit(folder, more);
    }

    UserGit in(Path other) {
        return new UserGit(other, environment);
    }

    ConfigRepository open() throws StoreException {
        return ConfigRepository.open(folder, environment, runner, new Cancellation());
    }

    String git(String... arguments) throws IOException {
        return runner.output(command(arguments), new Cancellation()).strip();
    }

    ProcessResult tryGit(String... arguments) throws IOException {
        return runner.run(command(arguments), new Cancellation());
    }

    /** With standard input. */
    String feed(byte[] input, String... arguments) throws IOException {
        Path file = Files.createTempFile(
                Path.of(Optional.ofNullable(environment.get("HOME")).orElseThrow()), "in", "");
        Files.write(file, input);
        return runner.output(command(arguments).withStdin(new Command.Stdin.File(file)), new Cancellation())
                .strip();
    }

    private Command command(String... arguments) {
        List<String> argv = new ArrayList<>(List.of("git"));
        argv.addAll(List.of(arguments));
        Map<String, String> all = new HashMap<>(environment);
        all.put("LC_ALL", "C.UTF-8");
        for (String who : List.of("AUTHOR", "COMMITTER")) {
            all.put("GIT_" + who + "_NAME", "Ann Author");
            all.put("GIT_" + who + "_EMAIL", "ann@example.org");
            all.put("GIT_" + who + "_DATE", "1700000000 +0100");
        }
        return Command.of(argv).withOnlyEnvironment(all).withDirectory(folder);
    }

    UserGit write(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, StandardCharsets.UTF_8);
        return this;
    }

    CommitId commitAll(String message) throws IOException {
        git("add", "--all");
        git("commit", "-q", "--allow-empty", "-m", message);
        return head();
    }

    CommitId head() throws IOException {
        return new CommitId(git("rev-parse", "HEAD"));
    }

    /** A commit of one tree that is made of raw entries, however impossible. */
    CommitId hostile(RawTree tree) throws IOException {
        String object = feed(tree.bytes(), "hash-object", "-t", "tree", "--literally", "-w", "--stdin");
        return new CommitId(git("commit-tree", "-m", "hostile", object));
    }

    String blob(String text) throws IOException {
        return feed(text.getBytes(StandardCharsets.UTF_8), "hash-object", "-w", "--stdin");
    }
}
