package org.sourceos.gitstore.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.tree.TreePath;
import org.sourceos.host.Cancellation;

/**
 * The files of a commit or of the index, by git's listing. A tree that a hostile client made may say anything: what is
 * listed here stays below the folder it is written to, no name is there twice, and nothing is below a file or a link.
 */
final class StoredFiles {
    static final int MOST_FILES = 100_000;
    private static final int LONGEST_PATH = 4000;
    private static final int DEEPEST_FOLDER = 100;
    private static final String FILE = "100";
    private static final String LINK = "120000";
    private static final String SUBMODULE = "160000";

    /** The empty content and the empty folder, which git knows without having them; by the length of their names. */
    private static final Set<String> EMPTY_FILE = Set.of(
            "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
            "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813");

    private static final Map<Integer, String> EMPTY_FOLDER = Map.of(
            40,
            "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
            64,
            "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321");

    /** A file or link. */
    record Item(Kind kind, String object, TreePath path) {}

    enum Kind {
        PLAIN,
        EXECUTABLE,
        LINK
    }

    private final String what;
    private final List<Item> items = new ArrayList<>();

    private StoredFiles(String what) {
        this.what = what;
    }

    static List<Item> ofCommit(GitProgram git, String what, CommitId id, Cancellation cancellation)
            throws StoreException {
        byte[] listing = git.need(
                        what, cancellation, "ls-tree", "-r", "-z", "--full-tree", id.hex() + "^{commit}", "--")
                .bytes();
        StoredFiles files = new StoredFiles(what);
        for (byte[] line : ZeroTerminated.split(listing)) {
            // MODE TYPE OBJECT<TAB>PATH
            String[] words = words(line);
            files.add(words[0], words.length == 3 ? words[2] : "", line);
        }
        return files.checked();
    }

    static List<Item> ofIndex(GitProgram git, String what, Cancellation cancellation) throws StoreException {
        byte[] listing = git.need(what, cancellation, "ls-files", "--stage", "-z", "--full-name")
                .bytes();
        StoredFiles files = new StoredFiles(what);
        Set<String> conflicts = new TreeSet<>();
        for (byte[] line : ZeroTerminated.split(listing)) {
            // MODE OBJECT STAGE<TAB>PATH
            String[] words = words(line);
            if (words.length == 3 && !words[2].equals("0")) {
                conflicts.add(ZeroTerminated.display(line, tab(line) + 1));
            } else {
                files.add(words[0], words.length == 3 ? words[1] : "", line);
            }
        }
        if (!conflicts.isEmpty()) {
            throw new StoreException("cannot " + what + ": a merge has left conflicts in "
                    + conflicts.stream().limit(10).collect(Collectors.joining(", "))
                    + (conflicts.size() > 10 ? " and " + (conflicts.size() - 10) + " more" : "")
                    + "; resolve them and `git add` the files");
        }
        files.dropIntended(git, cancellation);
        return files.checked();
    }

    private static int tab(byte[] line) {
        int tab = 0;
        while (tab < line.length && line[tab] != '\t') {
            tab++;
        }
        return tab;
    }

    private static String[] words(byte[] line) {
        return new String(line, 0, tab(line), StandardCharsets.US_ASCII).split(" ");
    }

    private void add(String mode, String object, byte[] line) throws StoreException {
        int tab = tab(line);
        if (!object.matches("[0-9a-f]{40,64}") || tab == line.length) {
            throw new StoreException("cannot " + what + ": git's listing of its files is not understood");
        }
        TreePath path = path(Arrays.copyOfRange(line, tab + 1, line.length));
        if (mode.equals(SUBMODULE)) {
            throw new StoreException("cannot " + what + ": " + path
                    + " is a submodule, whose files git keeps in another repository; use a fetched source instead, or"
                    + " copy the files in (`git rm --cached " + path + "`, then `git add " + path + "/`)");
        }
        items.add(new Item(kind(mode, path), object, path));
        if (items.size() > MOST_FILES) {
            throw new StoreException("cannot " + what + ": it has more than " + MOST_FILES
                    + " files, which is no configuration any more; keep only what the configuration reads in it");
        }
    }

    private TreePath path(byte[] bytes) throws StoreException {
        String shown =
                new String(bytes, 0, Math.min(bytes.length, 200), StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
        if (bytes.length > LONGEST_PATH || slashes(bytes) > DEEPEST_FOLDER) {
            throw new StoreException("cannot " + what + ": the name '" + shown + "…' is longer than " + LONGEST_PATH
                    + " bytes or in more than " + DEEPEST_FOLDER + " folders; a configuration needs shorter ones");
        }
        try {
            TreePath path = TreePath.of(bytes);
            if (!path.isRoot() && !hasGitFolder(path)) {
                return path;
            }
        } catch (IllegalArgumentException e) {
            // The same message as for git's own folder.
        }
        throw new StoreException(
                "cannot " + what + ": it has a file '" + shown
                        + "', a name that no git makes and that could write outside of its folder; whoever made it did so by hand");
    }

    private static int slashes(byte[] path) {
        int slashes = 0;
        for (byte b : path) {
            slashes += b == '/' ? 1 : 0;
        }
        return slashes;
    }

    private static boolean hasGitFolder(TreePath path) {
        for (TreePath at = path; !at.isRoot(); at = at.parent()) {
            if (new String(at.name(), StandardCharsets.ISO_8859_1).equalsIgnoreCase(".git")) {
                return true;
            }
        }
        return false;
    }

    private Kind kind(String mode, TreePath path) throws StoreException {
        if (mode.equals(LINK)) {
            return Kind.LINK;
        }
        if (mode.length() == 6 && mode.startsWith(FILE)) {
            // Old versions of git stored other permissions than 644 and 755; only the owner's execute bit means
            // anything.
            return ((mode.charAt(3) - '0') & 1) == 1 ? Kind.EXECUTABLE : Kind.PLAIN;
        }
        throw new StoreException("cannot " + what + ": " + path + " has the unknown mode " + mode);
    }

    /** {@code git add --intent-to-add} lists a file as empty that a commit would not have at all. */
    private void dropIntended(GitProgram git, Cancellation cancellation) throws StoreException {
        if (items.stream().noneMatch(item -> EMPTY_FILE.contains(item.object()))) {
            return;
        }
        String nothing = EMPTY_FOLDER.getOrDefault(items.get(0).object().length(), "");
        byte[] staged = git.need(
                        what,
                        cancellation,
                        "diff-index",
                        "--cached",
                        "--ita-invisible-in-index",
                        "--name-only",
                        "--no-renames",
                        "--no-relative",
                        "-z",
                        nothing,
                        "--")
                .bytes();
        Set<TreePath> names = new HashSet<>();
        ZeroTerminated.split(staged).forEach(name -> names.add(TreePath.of(name)));
        items.removeIf(item -> !names.contains(item.path()));
    }

    private List<Item> checked() throws StoreException {
        Map<TreePath, Boolean> isFile = new HashMap<>();
        for (Item item : items) {
            boolean clash = isFile.put(item.path(), true) != null;
            for (TreePath at = item.path().parent(); !at.isRoot(); at = at.parent()) {
                clash |= isFile.getOrDefault(at, false);
                isFile.putIfAbsent(at, false);
            }
            if (clash) {
                throw new StoreException("cannot " + what + ": it has " + item.path()
                        + " twice, or as a file and a folder, which no git makes; whoever made it did so by hand");
            }
        }
        return List.copyOf(items);
    }
}
