package org.sourceos.gitstore.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.config.GitProgram.Answer;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;

/**
 * Finds the repository that a folder belongs to, as git does.
 *
 * <p>A hook has GIT_DIR set, and then git takes whatever folder it runs in for the top of the working tree. So the folder is
 * looked at without it first; it decides only where that finds nothing. If both name a repository and not the same, neither
 * can be taken for what was meant.
 */
record Discovery(GitProgram git, Path gitDirectory, Optional<Path> workTree) {
    static Discovery find(Path given, Map<String, String> caller, ProcessRunner runner, Cancellation cancellation)
            throws StoreException {
        try {
            return look(given, caller, runner, cancellation);
        } catch (InvalidPathException e) {
            throw new StoreException(
                    "cannot use the repository in " + given + ": the name '" + e.getInput()
                            + "' of a folder cannot be said in this locale; set LC_ALL=C.UTF-8",
                    e);
        }
    }

    private static Discovery look(
            Path given, Map<String, String> caller, ProcessRunner runner, Cancellation cancellation)
            throws StoreException {
        Path directory = given.toAbsolutePath().normalize();
        if (!Files.isDirectory(directory)) {
            throw new StoreException(
                    "there is no folder " + directory + ": run `sourceos init " + directory + "` to begin one");
        }
        GitEnvironment environment = GitEnvironment.of(caller, directory);
        GitProgram byPlace = new GitProgram(directory, environment.withoutDirectory(), runner);
        Answer answer = probe(byPlace, cancellation);
        Optional<Path> named = environment.gitDirectory();
        if (named.isEmpty()) {
            return understand(byPlace, answer, cancellation);
        }
        if (isAnswered(answer)) {
            Discovery found = understand(byPlace, answer, cancellation);
            if (!isSame(found.gitDirectory(), named.get())) {
                throw new StoreException(directory + " belongs to the repository " + found.gitDirectory()
                        + ", but GIT_DIR names " + named.get() + " (git sets it for hooks): unset GIT_DIR,"
                        + " GIT_INDEX_FILE and GIT_OBJECT_DIRECTORY to look at the former");
            }
            return found;
        }
        GitProgram byName = new GitProgram(directory, environment, runner);
        return understand(byName, probe(byName, cancellation), cancellation);
    }

    /** The last of the questions has no answer without a working tree: git prints those before it, then fails. */
    private static Answer probe(GitProgram git, Cancellation cancellation) throws StoreException {
        return git.ask(
                cancellation,
                "rev-parse",
                "--is-bare-repository",
                "--is-inside-work-tree",
                "--absolute-git-dir",
                "--show-toplevel");
    }

    private static boolean isAnswered(Answer answer) {
        return answer.text().lines().count() >= 3;
    }

    private static Discovery understand(GitProgram git, Answer answer, Cancellation cancellation)
            throws StoreException {
        if (!isAnswered(answer)) {
            throw notFound(git, answer);
        }
        List<String> lines = answer.text().lines().toList();
        boolean bare = lines.get(0).equals("true");
        boolean inside = lines.get(1).equals("true");
        if (lines.size() != (inside ? 4 : 3) || answer.text().contains("\ufffd")) {
            throw new StoreException("cannot use the repository in " + git.folder()
                    + ": the name of a folder that it is in has a line break or is not UTF-8; rename that folder");
        }
        Path gitDirectory = Path.of(lines.get(2)).normalize();
        if (inside) {
            Path top = Path.of(lines.get(3));
            return new Discovery(new GitProgram(top, git.environment(), git.runner()), gitDirectory, Optional.of(top));
        }
        Optional<Path> above = bare ? Optional.empty() : folderOf(gitDirectory);
        if (above.isPresent()) {
            // A hook of a push runs in the .git folder, and the working tree is around it.
            GitProgram around = new GitProgram(above.get(), git.environment().withoutDirectory(), git.runner());
            Answer seen = probe(around, cancellation);
            if (seen.succeeded()) {
                Discovery outer = understand(around, seen, cancellation);
                if (isSame(outer.gitDirectory(), gitDirectory)) {
                    return outer;
                }
            }
        }
        return new Discovery(git, gitDirectory, Optional.empty());
    }

    private static Optional<Path> folderOf(Path gitDirectory) {
        return gitDirectory.endsWith(".git") ? Optional.ofNullable(gitDirectory.getParent()) : Optional.empty();
    }

    private static boolean isSame(Path a, Path b) {
        try {
            return Files.isSameFile(a, b);
        } catch (IOException e) {
            return false;
        }
    }

    private static StoreException notFound(GitProgram git, Answer answer) {
        Path directory = git.folder();
        Optional<Path> named = git.environment().gitDirectory();
        if (answer.errors().contains("not a git repository")) {
            return named.map(folder -> new StoreException("there is no git repository in " + folder
                            + ", which the variable GIT_DIR names: unset it, or set it to the repository"))
                    .orElseGet(() -> new StoreException("there is no git repository in " + directory
                            + ": run `sourceos init " + directory + "`, or `git init` there"));
        }
        return git.failed("use the repository in " + directory, answer.status(), answer.errors());
    }
}
