package org.sourceos.cli.importing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.sourceos.cli.RequestFailedException;
import org.sourceos.cli.init.Git;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.importer.result.ConfigurationFiles;
import org.sourceos.importer.result.KeptFile;

/**
 * A branch that holds what was imported, each import that found something new as one commit. Files beside those of an import
 * are the ones of the branch it began on. The repository's folder, index and other branches are not touched.
 *
 * @param repository the configuration
 * @param scratch a folder of the caller's own
 */
record ImportBranch(Path repository, String name, Path scratch, Git git, Cancellation cancellation) {
    /**
     * What became of an import.
     *
     * @param changed false where the branch had all of it already
     */
    record Committed(String commit, boolean changed) {}

    private static final Command.Stdin NOTHING = new Command.Stdin.Empty();

    private String ref() {
        return "refs/heads/" + name;
    }

    /** Fails before anything is written, if the branch cannot be written to. */
    void check() throws IOException, RequestFailedException {
        // What is checked out would differ from its branch, as if somebody had undone the import.
        if (git.succeeds(repository, cancellation, "symbolic-ref", "--quiet", "HEAD")
                && git("symbolic-ref", "HEAD").equals(ref())) {
            throw new RequestFailedException("the branch " + name + " of " + repository
                    + " is checked out, and an import does not change files you may be working on; `git -C "
                    + repository
                    + " switch main` first, or give --output another repository");
        }
    }

    Committed commit(SortedMap<String, KeptFile> files, String message) throws IOException {
        boolean there = git.succeeds(repository, cancellation, "rev-parse", "--verify", "--quiet", ref() + "^{commit}");
        boolean begun =
                there || git.succeeds(repository, cancellation, "rev-parse", "--verify", "--quiet", "HEAD^{commit}");
        String parent = begun ? git("rev-parse", (there ? ref() : "HEAD") + "^{commit}") : "";
        Map<String, String> index =
                Map.of("GIT_INDEX_FILE", scratch.resolve("index").toString());
        if (begun) {
            answer(index, NOTHING, "read-tree", parent);
        }
        if (there) {
            removeFormer(index, parent);
        }
        addFiles(index, files);
        String tree = answer(index, NOTHING, "write-tree");
        if (there && tree.equals(git("rev-parse", parent + "^{tree}"))) {
            return new Committed(parent, false);
        }
        cancellation.throwIfCancelled();
        List<String> words = new ArrayList<>(List.of("commit-tree", tree, "-m", message));
        if (begun) {
            words.addAll(List.of("-p", parent));
        }
        String commit = git(words.toArray(String[]::new));
        // Fails if somebody else moved the branch meanwhile; then nothing is lost.
        git("update-ref", "-m", "sourceos import", ref(), commit, there ? parent : "0".repeat(commit.length()));
        return new Committed(commit, true);
    }

    private void removeFormer(Map<String, String> index, String parent) throws IOException {
        List<String> words =
                new ArrayList<>(List.of("ls-tree", "-r", "-z", "--full-tree", "--name-only", parent, "--"));
        words.addAll(ConfigurationFiles.ALL);
        StringBuilder lines = new StringBuilder();
        for (String path : git(words.toArray(String[]::new)).split("\0", -1)) {
            if (!path.isEmpty()) {
                lines.append("0 ")
                        .append("0".repeat(parent.length()))
                        .append('\t')
                        .append(path)
                        .append('\0');
            }
        }
        intoIndex(index, lines.toString());
    }

    /** One call of git for all contents: a call for each would take longer than everything else. */
    private void addFiles(Map<String, String> index, SortedMap<String, KeptFile> files) throws IOException {
        Path folder = Files.createDirectories(scratch.resolve("contents"));
        StringBuilder paths = new StringBuilder();
        int number = 0;
        for (KeptFile file : files.values()) {
            Path content = Files.write(folder.resolve(String.valueOf(number++)), file.content());
            paths.append(content).append('\n');
        }
        List<String> ids = answer(
                        Map.of(),
                        stdin("paths", paths.toString()),
                        "hash-object",
                        "-w",
                        "--no-filters",
                        "--stdin-paths")
                .lines()
                .toList();
        StringBuilder lines = new StringBuilder();
        int at = 0;
        for (Map.Entry<String, KeptFile> file : files.entrySet()) {
            lines.append(file.getValue().executable() ? "100755 " : "100644 ")
                    .append(ids.get(at++))
                    .append('\t')
                    .append(file.getKey())
                    .append('\0');
        }
        intoIndex(index, lines.toString());
    }

    private void intoIndex(Map<String, String> index, String lines) throws IOException {
        if (!lines.isEmpty()) {
            answer(index, stdin("lines", lines), "update-index", "-z", "--index-info");
        }
    }

    private Command.Stdin stdin(String name, String text) throws IOException {
        return new Command.Stdin.File(Files.writeString(scratch.resolve(name), text, StandardCharsets.UTF_8));
    }

    private String git(String... words) throws IOException {
        return answer(Map.of(), NOTHING, words);
    }

    private String answer(Map<String, String> more, Command.Stdin stdin, String... words) throws IOException {
        return git.answer(repository, more, stdin, cancellation, words);
    }
}
