package org.sourceos.gitstore.config;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.config.GitProgram.Answer;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;

/**
 * The git repository that a configuration is kept in. Nothing here changes it, takes a lock in it, or runs its hooks. Safe
 * for use by several threads.
 */
public final class ConfigRepository {
    private final GitProgram git;
    private final Path gitDirectory;
    private final Optional<Path> workTree;

    private ConfigRepository(Discovery found) {
        this.git = found.git();
        this.gitDirectory = found.gitDirectory();
        this.workTree = found.workTree();
    }

    /**
     * A commit, for people: control characters of its text are replaced.
     *
     * @param author the name, without the address
     * @param time when it was committed
     */
    public record Description(CommitId id, String subject, String author, Instant time) {}

    /**
     * What the working tree has that HEAD has not. Paths are relative to the top level and sorted; bytes in them that are
     * not UTF-8 are shown as {@code \ooo}.
     *
     * @param modified staged or not; removed files too
     * @param untracked without those that git is told to ignore
     */
    public record Changes(List<String> modified, List<String> untracked) {
        public Changes {
            modified = List.copyOf(modified);
            untracked = List.copyOf(untracked);
        }

        public boolean isEmpty() {
            return modified.isEmpty() && untracked.isEmpty();
        }
    }

    /**
     * The repository that a folder is in, found as git finds it.
     *
     * @param environment the caller's. Of git's variables GIT_DIR (with GIT_WORK_TREE and GIT_COMMON_DIR), GIT_INDEX_FILE,
     *     GIT_OBJECT_DIRECTORY, GIT_ALTERNATE_OBJECT_DIRECTORIES and GIT_QUARANTINE_PATH reach git, so that it works inside
     *     hooks, and so does the user's configuration; pagers, prompts, editors, colours and locales do not
     */
    public static ConfigRepository open(
            Path directory, Map<String, String> environment, ProcessRunner runner, Cancellation cancellation)
            throws StoreException {
        return new ConfigRepository(Discovery.find(directory, environment, runner, cancellation));
    }

    /** The top level of the working tree; empty for a bare repository. */
    public Optional<Path> workTree() {
        return workTree;
    }

    /** Absolute; of a worktree made by {@code git worktree add} the folder that is its own. */
    public Path gitDirectory() {
        return gitDirectory;
    }

    /** The folder that people know it by: the working tree, or the repository itself when it is bare. */
    public Path place() {
        return workTree.orElse(gitDirectory);
    }

    GitProgram git() {
        return git;
    }

    /** Git's folder of objects, which all worktrees of a repository share. */
    public Path objects(Cancellation cancellation) throws StoreException {
        return Path.of(git.need(
                        "find the objects of " + place(),
                        cancellation,
                        "rev-parse",
                        "--path-format=absolute",
                        "--git-path",
                        "objects")
                .text()
                .strip());
    }

    /** @param revision as git understands it: {@code HEAD}, {@code HEAD~1}, a branch, a tag, hex digits */
    public CommitId commit(String revision, Cancellation cancellation) throws StoreException {
        Answer answer = revision.isEmpty() ? new Answer(1, new byte[0], "") : resolve(revision, cancellation);
        if (answer.succeeded()) {
            return id(answer.text().strip());
        }
        boolean ofHead = revision.matches("(HEAD|@)([~^@].*)?");
        if (ofHead && !resolve("HEAD", cancellation).succeeded() && isUnborn(cancellation)) {
            throw new StoreException(
                    "nothing has been committed in " + place() + " yet: `git add …` and `git commit` there");
        }
        String said = answer.errors();
        String more = said.isEmpty()
                        || said.contains("Needed a single revision")
                                && said.lines().count() == 1
                ? ""
                : "\n  " + said.replace("\n", "\n  ");
        throw new StoreException("the repository in " + place() + " has no commit '" + revision
                + "': `git log --all` and `git branch --all` there show what it has" + more);
    }

    /** What a ref is at, named in full; empty if there is no such ref. */
    public Optional<CommitId> find(String ref, Cancellation cancellation) throws StoreException {
        Answer answer = git.ask(cancellation, "rev-parse", "--verify", "--quiet", "--end-of-options", ref);
        return answer.succeeded() ? Optional.of(id(answer.text().strip())) : Optional.empty();
    }

    private Answer resolve(String revision, Cancellation cancellation) throws StoreException {
        return git.ask(cancellation, "rev-parse", "--verify", "--end-of-options", revision + "^{commit}");
    }

    /** Whether HEAD has a commit. */
    public boolean hasCommit(Cancellation cancellation) throws StoreException {
        return !isUnborn(cancellation);
    }

    private boolean isUnborn(Cancellation cancellation) throws StoreException {
        Optional<String> branch = branchOfHead(cancellation);
        return branch.isPresent()
                && !git.ask(cancellation, "show-ref", "--verify", "--quiet", branch.get())
                        .succeeded();
    }

    private CommitId id(String hex) throws StoreException {
        try {
            return new CommitId(hex);
        } catch (IllegalArgumentException e) {
            throw new StoreException(
                    "git's answer about the repository in " + place() + " is not understood: " + hex, e);
        }
    }

    public Description describe(CommitId id, Cancellation cancellation) throws StoreException {
        String purpose = "describe commit " + id.abbreviated() + " of " + place();
        String format = "--format=tformat:%s%x00%an%x00%ct%x00";
        Answer answer = git.need(
                purpose,
                cancellation,
                "log",
                "-1",
                "--no-show-signature",
                "--no-color",
                "--no-patch",
                "--encoding=UTF-8",
                format,
                id.hex(),
                "--");
        String[] parts = answer.text().split("\0", -1);
        try {
            Instant time = Instant.ofEpochSecond(Long.parseLong(parts[2]));
            return new Description(id, printable(parts[0]), printable(parts[1]), time);
        } catch (NumberFormatException | DateTimeException | ArrayIndexOutOfBoundsException e) {
            throw new StoreException(
                    "cannot " + purpose + ": it has no time that can be read; `git fsck` says more", e);
        }
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    /**
     * Writes all files of a commit exactly as they are stored: no filter, line-end conversion or attribute is applied; links
     * and executable bits are as in the commit. The folder appears complete or not at all, and is left alone if it exists.
     */
    public void export(CommitId id, Path target, Cancellation cancellation) throws StoreException, IOException {
        String what = "export commit " + id.abbreviated() + " of " + place();
        new TreeExport(git, what, cancellation).write(target, () -> StoredFiles.ofCommit(git, what, id, cancellation));
    }

    /** Like {@link #export}, what is staged: in a hook before a commit, exactly what is about to be committed. */
    public void exportIndex(Path target, Cancellation cancellation) throws StoreException, IOException {
        String what = "export what is staged in " + place();
        new TreeExport(git, what, cancellation).write(target, () -> StoredFiles.ofIndex(git, what, cancellation));
    }

    /**
     * What a commit has at a path, as one text: equal for two commits exactly if kind, mode and content are.
     *
     * @param path from the top of the repository, as git stores it
     */
    public Optional<String> entry(CommitId id, String path, Cancellation cancellation) throws StoreException {
        String entry = git.need(
                        "look at " + path + " in commit " + id.abbreviated() + " of " + place(),
                        cancellation,
                        "ls-tree",
                        "--full-tree",
                        "-z",
                        id.hex(),
                        "--",
                        path)
                .text();
        return entry.isEmpty() ? Optional.empty() : Optional.of(entry);
    }

    /** The branch that HEAD names, {@code refs/heads/main}, whether it has a commit or not; empty if HEAD is a commit. */
    public Optional<String> branchOfHead(Cancellation cancellation) throws StoreException {
        Answer branch = git.ask(cancellation, "symbolic-ref", "--quiet", "HEAD");
        return branch.succeeded() ? Optional.of(branch.text().strip()) : Optional.empty();
    }

    /** Whether a setting is on, in any of the ways git has to write that; false where it is not set. */
    public boolean isSet(String key, Cancellation cancellation) throws StoreException {
        Answer answer = git.ask(cancellation, "config", "--type=bool", "--get", key);
        return answer.succeeded() && answer.text().strip().equals("true");
    }

    /** A value of the repository's own configuration or the user's: {@code sourceos.branch}. */
    public Optional<String> setting(String key, Cancellation cancellation) throws StoreException {
        Answer answer = git.ask(cancellation, "config", "--get", key);
        return answer.succeeded() ? Optional.of(answer.text().strip()) : Optional.empty();
    }

    /** Empty for a bare repository. */
    public Changes changes(Cancellation cancellation) throws StoreException {
        if (workTree.isEmpty()) {
            return new Changes(List.of(), List.of());
        }
        Answer answer = git.need(
                "compare " + place() + " with what is committed",
                cancellation,
                // Would start a program that stays.
                "-c",
                "core.fsmonitor=false",
                "status",
                "--porcelain=v1",
                "-z",
                "--no-renames",
                "--untracked-files=all",
                "--ignored=no");
        List<String> modified = new ArrayList<>();
        List<String> untracked = new ArrayList<>();
        for (byte[] entry : ZeroTerminated.split(answer.bytes())) {
            boolean unknown = entry[0] == '?';
            (unknown ? untracked : modified).add(ZeroTerminated.display(entry, 3));
        }
        return new Changes(
                modified.stream().sorted().toList(), untracked.stream().sorted().toList());
    }

    /** What {@code git diff --stat} says of the working tree against what is committed; empty where nothing is different. */
    public String differences(Cancellation cancellation) throws StoreException {
        if (workTree.isEmpty() || !hasCommit(cancellation)) {
            return "";
        }
        return git.need("compare " + place() + " with what is committed", cancellation, "diff", "--stat", "HEAD")
                .text();
    }

    /**
     * The commits that came, oldest first: those of {@code newer} that {@code old} has not; without an old one, {@code newer}
     * and those of its ancestors that no ref of the repository has.
     */
    public List<CommitId> between(Optional<CommitId> old, CommitId newer, Cancellation cancellation)
            throws StoreException {
        List<String> arguments = new ArrayList<>(List.of("rev-list", "--reverse", "--topo-order", newer.hex()));
        arguments.addAll(old.isPresent() ? List.of("^" + old.get().hex()) : List.of("--not", "--all"));
        arguments.add("--");
        Answer answer = git.need(
                "list the commits up to " + newer.abbreviated() + " in " + place(),
                cancellation,
                arguments.toArray(String[]::new));
        List<CommitId> commits = new ArrayList<>();
        for (String line : answer.text().lines().collect(Collectors.toList())) {
            commits.add(id(line));
        }
        if (old.isEmpty() && !commits.contains(newer)) {
            commits.add(newer);
        }
        return List.copyOf(commits);
    }

    /** The commits up to {@code newer} that no ref of the repository has, in no order. */
    public List<CommitId> arriving(CommitId newer, Cancellation cancellation) throws StoreException {
        Answer answer = git.need(
                "list the commits up to " + newer.abbreviated() + " in " + place(),
                cancellation,
                "rev-list",
                newer.hex(),
                "--not",
                "--all",
                "--");
        List<CommitId> commits = new ArrayList<>();
        for (String line : answer.text().lines().toList()) {
            commits.add(id(line));
        }
        return List.copyOf(commits);
    }

    /** Whether {@code of} is {@code ancestor} or comes after it. */
    public boolean isAncestor(CommitId ancestor, CommitId of, Cancellation cancellation) throws StoreException {
        Answer answer = git.ask(cancellation, "merge-base", "--is-ancestor", ancestor.hex(), of.hex());
        if (answer.status() > 1) {
            throw git.failed(
                    "compare commits " + ancestor.abbreviated() + " and " + of.abbreviated() + " of " + place(),
                    answer.status(),
                    answer.errors());
        }
        return answer.succeeded();
    }
}
