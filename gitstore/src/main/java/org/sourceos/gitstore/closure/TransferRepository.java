package org.sourceos.gitstore.closure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.git.GitCommit;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.ObjectType;
import org.sourceos.gitstore.git.PackWriter;

/**
 * A bare repository that lasts for one push, on either side. It has no objects of its own but commits: the others it finds in
 * the repositories it stands before (gitrepository-layout(5), "objects/info/alternates").
 *
 * <p>Git compares histories, and two stores have none in common. So each layer, kernel and image gets a commit that follows
 * from its tree alone and is the same everywhere; a closure's commit has those as parents. Who has such a part advertises its
 * commit, and git leaves out what that holds.
 */
public final class TransferRepository {
    /** Parts that the receiving side has. */
    public static final String HAVE = "refs/have/";

    /** A closure, by the commit of the configuration that it is of. */
    public static final String CLOSURES = "refs/closures/";

    /** A kernel for the computer itself, of the same commit: {@code refs/kernels/<commit>/<key>/<version>}. */
    public static final String KERNELS = "refs/kernels/";

    /** That commit. */
    public static final String CONFIGURATIONS = "refs/configurations/";

    /** Automatic cleaning would follow the refs of the repositories behind, as would the other settings unset. */
    private static final String CONFIG = """
            [core]
            \trepositoryformatversion = 0
            \tfilemode = true
            \tbare = true
            \talternateRefsPrefixes = refs/heads/
            [gc]
            \tauto = 0
            [receive]
            \tautogc = false
            \tfsckObjects = true
            \tunpackLimit = 1
            [pack]
            \tuseSparse = false
            """;

    private final Path folder;
    private final SortedMap<String, ObjectName> refs = new TreeMap<>();
    private final SortedMap<String, byte[]> commits = new TreeMap<>();

    private TransferRepository(Path folder) {
        this.folder = folder;
    }

    /**
     * Begins one in a folder that is empty.
     *
     * @param behind the folders {@code objects} of the repositories behind
     */
    public static TransferRepository begin(Path folder, List<Path> behind) throws IOException {
        for (String inside : List.of("objects/pack", "objects/info", "refs/heads", "refs/tags")) {
            Files.createDirectories(folder.resolve(inside));
        }
        StringBuilder alternates = new StringBuilder();
        for (Path objects : behind) {
            if (objects.toString().indexOf('\n') >= 0) {
                throw new IOException("git cannot write down a repository whose path has a newline: " + objects);
            }
            alternates.append(objects.toAbsolutePath()).append('\n');
        }
        Files.writeString(folder.resolve("objects/info/alternates"), alternates);
        Files.writeString(folder.resolve("config"), CONFIG);
        return new TransferRepository(folder);
    }

    public Path folder() {
        return folder;
    }

    /** The commit of a part: it follows from the tree. */
    public ObjectName part(ObjectName tree) throws IOException {
        return commit(new GitCommit(tree, List.of(), Instant.EPOCH, "A part of closures\n"));
    }

    /** The commit of a closure: it follows from the generation's tree and its parts. */
    public ObjectName closure(ObjectName tree, Collection<ObjectName> parts) throws IOException {
        TreeSet<String> parents = new TreeSet<>();
        for (ObjectName part : parts) {
            parents.add(part(part).hex());
        }
        return commit(
                new GitCommit(tree, parents.stream().map(ObjectName::new).toList(), Instant.EPOCH, "A closure\n"));
    }

    private ObjectName commit(GitCommit commit) {
        byte[] text = commit.encode();
        ObjectName name = PackWriter.name(ObjectType.COMMIT, text);
        commits.put(name.hex(), text);
        return name;
    }

    /** @param target made here, or in a repository behind */
    public void ref(String name, ObjectName target) {
        refs.put(name, target);
    }

    /** Writes it all down: from here on git can use it. HEAD comes last. */
    public void finish(String head) throws IOException {
        Path temporary = Files.createDirectory(folder.resolve("new"));
        try (PackWriter writer =
                new PackWriter(new GitObjects(folder.resolve("objects")), folder.resolve("objects/pack"), temporary)) {
            for (byte[] commit : commits.values()) {
                writer.add(ObjectType.COMMIT, commit);
            }
            writer.finish();
        }
        StringBuilder packed = new StringBuilder("# pack-refs with: peeled fully-peeled sorted \n");
        for (Map.Entry<String, ObjectName> ref : refs.entrySet()) {
            packed.append(ref.getValue()).append(' ').append(ref.getKey()).append('\n');
        }
        Files.writeString(folder.resolve("packed-refs"), packed, StandardCharsets.UTF_8);
        Files.writeString(folder.resolve("HEAD"), "ref: " + head + "\n", StandardCharsets.UTF_8);
    }
}
