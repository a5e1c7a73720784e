package org.sourceos.rebuild.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.sourceos.config.lock.LockFile.SourcePin;
import org.sourceos.config.recipe.PackageSpec.SourceLocation;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessFailedException;
import org.sourceos.host.ProcessOutput;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.RebuildException.Kind;
import org.sourceos.rebuild.progress.LineStream;

/**
 * The files of one commit, exactly as git stores them: no hook, filter, attribute or line-end conversion is applied, large
 * files kept elsewhere (LFS) stay pointers, and a repository with submodules is refused. The user's own git fetches, so that
 * keys, credentials and proxies are where they always are.
 */
final class GitFetcher {
    private static final Duration TIME_LIMIT = Duration.ofHours(1);
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._/+@-]*");
    private static final String WANTED = "refs/sourceos/wanted";

    /** What of the user's environment git needs to reach a server; nothing that could change what is stored. */
    private static final Set<String> KEPT = Set.of(
            "HOME",
            "XDG_CONFIG_HOME",
            "SSH_AUTH_SOCK",
            "GIT_SSH_COMMAND",
            "GIT_SSL_CAINFO",
            "SSL_CERT_FILE",
            "http_proxy",
            "https_proxy",
            "HTTPS_PROXY",
            "all_proxy",
            "ALL_PROXY",
            "no_proxy",
            "NO_PROXY");

    private final SourceStore store;
    private final ProcessRunner runner;
    private final Map<String, String> environment;

    GitFetcher(SourceStore store, ProcessRunner runner, Map<String, String> environment) {
        this.store = store;
        this.runner = runner;
        this.environment = new HashMap<>(environment);
        this.environment.keySet().retainAll(KEPT);
    }

    FetchedSource fetch(SourceLocation.Git location, FetchRequest request) throws RebuildException {
        String what = "cannot fetch " + request.text();
        String url = location.url().startsWith("git+") ? location.url().substring(4) : location.url();
        check(what, url, location.revision(), request);
        String wanted = request.pin().flatMap(SourcePin::exact).orElse(location.revision());
        return store.inTemporaryFolder(what, request.cancellation(), folder -> {
            Path repository = folder.resolve("repository");
            String commit = obtain(what, repository, url, wanted, request);
            GitFiles files = read(what, folder, repository, commit, request.cancellation());
            StoredLayer layer = store.ingest(request.text(), files, request.cancellation());
            request.check(
                    layer.digest().hex(),
                    "the commit is " + commit + "; if that is the one you want, "
                            + (request.recipeHash().isPresent()
                                    ? "change `sha256` in the recipe"
                                    : "run `sourceos lock --update`"));
            SourcePin pin =
                    new SourcePin(layer.digest().hex(), request.pin().flatMap(SourcePin::version), Optional.of(commit));
            return store.publish(request.text(), pin, FetchedSource.Kind.TREE, layer);
        });
    }

    private static void check(String what, String url, String revision, FetchRequest request) throws RebuildException {
        if (!url.matches("(https|ssh|file)://[^-].*")
                && !(url.startsWith("http://") && request.expected().isPresent())) {
            throw new RebuildException(
                    Kind.UNUSABLE,
                    what + ": a git source is git+https://…, git+ssh://… or git+file://… (plain git+http:// only with"
                            + " `sha256` in the recipe)");
        }
        if (!REVISION.matcher(revision).matches() || revision.contains("..")) {
            throw new RebuildException(
                    Kind.UNUSABLE,
                    what + ": '" + revision + "' is not a branch, a tag or a whole commit id of 40 digits");
        }
    }

    private String obtain(String what, Path repository, String url, String wanted, FetchRequest request)
            throws RebuildException, IOException {
        run(what, List.of("git", "init", "-q", "--bare", "--template=", repository.toString()), request);
        boolean whole = COMMIT.matcher(wanted).matches();
        ProcessResult shallow =
                git(repository, List.of("fetch", "--depth=1", "--", url, "+" + wanted + ":" + WANTED), request);
        if (!shallow.succeeded() && whole) {
            // Some servers give only what a branch or tag points to: then the commit is looked for in all there is.
            ProcessResult all = git(
                    repository,
                    List.of("fetch", "--", url, "+refs/heads/*:refs/h/*", "+refs/tags/*:refs/t/*"),
                    request);
            if (!all.succeeded()) {
                throw failed(what, all, url);
            }
        } else if (!shallow.succeeded()) {
            throw failed(what, shallow, url);
        }
        ProcessResult commit = git(
                repository,
                List.of("rev-parse", "--verify", "--end-of-options", (whole ? wanted : WANTED) + "^{commit}"),
                request);
        if (!commit.succeeded()) {
            throw new RebuildException(
                    Kind.FETCH_FAILED,
                    what + ": the repository has no commit " + wanted + " (any more); was its history rewritten?"
                            + " `sourceos lock --update` takes what the revision means now");
        }
        return commit.stdout().strip();
    }

    private static RebuildException failed(String what, ProcessResult result, String url) {
        String said = result.stderrTail().strip();
        String meaning;
        if (said.contains("couldn't find remote ref")) {
            meaning = "the repository has no branch or tag of that name";
        } else if (said.contains("Could not resolve host")) {
            meaning = "the server's name cannot be resolved; is there a network?";
        } else if (said.contains("could not read Username") || said.contains("Authentication failed")) {
            meaning = "there is no such repository, or it is private and git has no credentials for it";
        } else {
            meaning = "git could not fetch from " + url;
        }
        return new RebuildException(Kind.FETCH_FAILED, what + ": " + meaning + "\n  " + said.replace("\n", "\n  "));
    }

    private void run(String what, List<String> argv, FetchRequest request) throws RebuildException, IOException {
        ProcessResult result;
        try {
            result = runner.run(command(argv), request.cancellation());
        } catch (ProcessFailedException e) {
            if (e.exitStatus() == 127) {
                throw new RebuildException(
                        Kind.UNUSABLE, what + ": git is not installed; `apt install git` (as root) installs it", e);
            }
            throw e;
        }
        if (!result.succeeded()) {
            throw new RebuildException(
                    Kind.STORE, what + ": " + result.stderrTail().strip());
        }
    }

    private ProcessResult git(Path repository, List<String> arguments, FetchRequest request) throws IOException {
        StringBuilder tail = new StringBuilder();
        try (LineStream errors = new LineStream(line -> {
            tail.append(line).append('\n');
            tail.delete(0, Math.max(0, tail.length() - 4000));
            request.listener().output(request.step(), line);
        })) {
            ProcessResult result = runner.run(
                    command(in(repository, arguments)),
                    new ProcessOutput.Captured(),
                    new ProcessOutput.ToStream(errors),
                    request.cancellation());
            errors.close();
            return new ProcessResult(result.exitStatus(), result.stdout(), tail.toString());
        }
    }

    private static List<String> in(Path repository, List<String> arguments) {
        List<String> argv = new ArrayList<>(List.of("git", "--git-dir=" + repository));
        for (String setting : List.of(
                "core.hooksPath=/dev/null",
                "core.fsmonitor=false",
                "gc.auto=0",
                "maintenance.auto=false",
                "fetch.fsckObjects=true",
                "fetch.recurseSubmodules=false",
                "remote.origin.tagOpt=--no-tags",
                "protocol.ext.allow=never",
                "submodule.recurse=false")) {
            argv.add("-c");
            argv.add(setting);
        }
        argv.addAll(arguments);
        return argv;
    }

    private Command command(List<String> argv) {
        Command command = Command.of(argv).withTimeout(TIME_LIMIT);
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            command = command.withEnvironment(variable.getKey(), variable.getValue());
        }
        return command.withEnvironment("GIT_TERMINAL_PROMPT", "0")
                .withEnvironment("GIT_NO_REPLACE_OBJECTS", "1")
                .withEnvironment("GIT_ALLOW_PROTOCOL", "https:http:ssh:file");
    }

    /** Objects are read as they are; `git checkout` and `git archive` would apply attributes. */
    private GitFiles read(String what, Path folder, Path repository, String commit, Cancellation cancellation)
            throws RebuildException, IOException {
        Path listing = folder.resolve("listing");
        toFile(
                what,
                in(repository, List.of("ls-tree", "-r", "-t", "-z", commit)),
                new Command.Stdin.Empty(),
                listing,
                cancellation);
        List<GitFiles.Item> items = GitFiles.parse(what, Files.readAllBytes(listing));
        Path names = folder.resolve("names");
        Files.write(names, (Iterable<String>)
                items.stream().filter(GitFiles.Item::isBlob).map(GitFiles.Item::object)::iterator);
        Path contents = folder.resolve("contents");
        toFile(
                what,
                in(repository, List.of("cat-file", "--batch=%(objectsize)", "--buffer")),
                new Command.Stdin.File(names),
                contents,
                cancellation);
        return GitFiles.of(items, contents);
    }

    private void toFile(String what, List<String> argv, Command.Stdin stdin, Path file, Cancellation cancellation)
            throws RebuildException, IOException {
        ProcessResult result = runner.run(
                command(argv).withStdin(stdin),
                new ProcessOutput.ToFile(file),
                new ProcessOutput.Captured(),
                cancellation);
        if (!result.succeeded()) {
            throw new RebuildException(
                    Kind.FETCH_FAILED,
                    what + ": the commit cannot be read completely\n  "
                            + result.stderrTail().strip());
        }
    }
}
