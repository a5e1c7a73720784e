package org.sourceos.gitstore;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sourceos.gitstore.git.GitCommit;
import org.sourceos.gitstore.git.GitObject;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.GitRefs;
import org.sourceos.gitstore.git.GitTree;
import org.sourceos.gitstore.git.ObjectType;
import org.sourceos.gitstore.git.Shallow;
import org.sourceos.gitstore.git.StorageCheck;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.host.Cancellation;

/**
 * Reads everything the refs reach: every object against its name, every layer against its digest, every image against its
 * manifest; then the derived files against their records.
 */
final class Verifier {
    private static final String BUILD_AGAIN =
            "`sourceos store verify --repair` forgets it, and the next build makes it again";

    private static final String REPAIR = "`sourceos store verify --repair` saves what can still be read of it";

    private static final String WRITE_ANEW =
            "`sourceos store verify --repair` writes it anew from the packs' own indexes";

    private final Path directory;
    private final Set<ObjectName> shallow = new HashSet<>();
    private final List<Path> damagedStorage = new ArrayList<>();
    private final List<String> damagedRefs = new ArrayList<>();
    private final List<Path> damagedDisks = new ArrayList<>();
    private final List<Path> damagedRoots = new ArrayList<>();
    private final Map<Digest, ObjectName> soundLayers = new HashMap<>();
    private final GitObjects objects;
    private final GitRefs refs;
    private final LayerReader layers;
    private final Cancellation cancellation;
    private final List<Finding> findings = new ArrayList<>();
    /** Objects that were read, with what is wrong with them ("" for nothing): each is read once, however many refs reach it. */
    private final Map<ObjectName, String> checked = new HashMap<>();

    private final Map<ObjectName, Digest> contentDigests = new HashMap<>();
    private final Map<ObjectName, String> layerProblems = new HashMap<>();

    Verifier(Path directory, GitObjects objects, GitRefs refs, LayerReader layers, Cancellation cancellation) {
        this.directory = directory;
        this.objects = objects;
        this.refs = refs;
        this.layers = layers;
        this.cancellation = cancellation;
    }

    List<Finding> run() throws IOException {
        verifyHead();
        verifyStorage();
        try {
            shallow.addAll(new Shallow(directory.resolve(".git")).read());
        } catch (IOException e) {
            findings.add(new Finding(
                    "shallow",
                    String.valueOf(e.getMessage()),
                    "remove it and run `sourceos store gc`, which writes it"));
        }
        for (Map.Entry<String, ObjectName> ref : refs.check(this::damagedRef).entrySet()) {
            verifyRef(ref.getKey(), ref.getValue());
        }
        verifyDerived();
        verifyRoots();
        return findings;
    }

    /** Packs, indexes and loose objects that are damaged. */
    List<Path> damagedStorage() {
        return List.copyOf(damagedStorage);
    }

    /** Refs that cannot be read, or do not reach all that they should. */
    List<String> damagedRefs() {
        return damagedRefs.stream().distinct().toList();
    }

    List<Path> damagedDisks() {
        return List.copyOf(damagedDisks);
    }

    /** Directories to build in. */
    List<Path> damagedRoots() {
        return List.copyOf(damagedRoots);
    }

    /** The trees of layers that are sound, by what their disks are named after. */
    Map<Digest, ObjectName> soundLayers() {
        return Map.copyOf(soundLayers);
    }

    private void verifyHead() throws IOException {
        GitHead head = new GitHead(directory.resolve(".git"));
        head.problem()
                .ifPresent(problem -> findings.add(new Finding(
                        head.file().toString(), problem, "`sourceos store verify --repair` writes it anew")));
    }

    private void verifyStorage() throws IOException {
        for (StorageCheck.Damage damage : new StorageCheck(directory.resolve(".git/objects"), cancellation).run()) {
            damagedStorage.add(damage.file());
            findings.add(new Finding(
                    damage.file().toString(), damage.problem(), damage.isOfMultiPackIndex() ? WRITE_ANEW : REPAIR));
            if (damage.isOfMultiPackIndex()) {
                objects.distrustMultiPackIndex();
            }
        }
    }

    private void damagedRef(String ref, String problem) {
        damagedRefs.add(ref);
        findings.add(new Finding(ref, problem, BUILD_AGAIN));
    }

    /** What is wrong with an image that no ref has: with its objects, layers and manifest. */
    Optional<String> problemOfImage(ObjectName tree) {
        List<String> problems = problemsBelow(tree);
        return problems.isEmpty() ? imageProblem(tree) : Optional.of(problems.get(0));
    }

    /** The same of a layer. */
    Optional<String> problemOfLayer(ObjectName tree) {
        List<String> problems = problemsBelow(tree);
        String problem = problems.isEmpty() ? layerProblem(tree) : problems.get(0);
        return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
    }

    private void verifyRef(String ref, ObjectName target) {
        List<String> problems = problemsBelow(target);
        if (problems.isEmpty() && ref.startsWith(StoreRef.Namespace.VMS.prefix())) {
            imageOfCommit(target).ifPresent(problems::add);
        }
        problems.forEach(problem -> damagedRef(ref, problem));
    }

    private List<String> problemsBelow(ObjectName target) {
        Set<ObjectName> reached = new HashSet<>();
        Deque<ObjectName> queue = new ArrayDeque<>(List.of(target));
        Set<ObjectName> layerTrees = new HashSet<>();
        List<String> problems = new ArrayList<>();
        while (!queue.isEmpty()) {
            ObjectName name = queue.remove();
            if (!reached.add(name)) {
                continue;
            }
            cancellation.throwIfCancelled();
            String problem = checked.computeIfAbsent(name, this::problem);
            if (!problem.isEmpty()) {
                problems.add(problem);
                continue;
            }
            try {
                follow(name, queue, layerTrees);
            } catch (IOException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        if (problems.isEmpty()) {
            for (ObjectName layer : layerTrees) {
                String problem = layerProblems.computeIfAbsent(layer, this::layerProblem);
                if (!problem.isEmpty()) {
                    problems.add(problem);
                }
            }
        }
        return problems;
    }

    private void follow(ObjectName name, Deque<ObjectName> queue, Set<ObjectName> layerTrees) throws IOException {
        GitObject object = objects.open(name);
        if (object.type() == ObjectType.COMMIT) {
            GitCommit commit = GitCommit.parse(object.bytes());
            queue.add(commit.tree());
            if (!shallow.contains(name)) {
                queue.addAll(commit.parents());
            }
        } else if (object.type() == ObjectType.TREE) {
            GitTree tree = GitTree.parse(object.bytes());
            tree.entries().forEach(entry -> queue.add(entry.object()));
            boolean layer = tree.entries().size() == 2
                    && tree.find(LayerReader.ROOT)
                            .filter(GitTree.Entry::isDirectory)
                            .isPresent()
                    && tree.find(LayerReader.MANIFEST).isPresent();
            if (layer) {
                layerTrees.add(name);
            }
        }
    }

    /** Reads an object to its end, which compares its name; a blob's SHA-256 is kept for the layers it is in. */
    private String problem(ObjectName name) {
        try {
            GitObject object = objects.open(name);
            MessageDigest sha256 = Digest.newMessageDigest();
            byte[] buffer = new byte[1 << 16];
            try (InputStream in = object.open()) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    if (object.type() == ObjectType.BLOB) {
                        sha256.update(buffer, 0, n);
                    }
                }
            }
            if (object.type() == ObjectType.BLOB) {
                contentDigests.put(name, Digest.finish(sha256));
            }
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private String layerProblem(ObjectName tree) {
        try {
            StoredLayer layer = layers.layer(tree);
            Collection<FileEntry> entries = layers.entries(tree);
            Digest actual = LayerManifest.digest(List.copyOf(entries), this::contentDigest);
            if (!actual.equals(layer.digest()) || entries.size() != layer.files()) {
                return "layer " + tree + " is not what its manifest says: its digest is " + actual.abbreviated()
                        + "…, not " + layer.digest().abbreviated() + "…";
            }
            soundLayers.put(layer.digest(), tree);
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } catch (UncheckedIOException e) {
            IOException cause = e.getCause();
            return String.valueOf(cause == null ? e.getMessage() : cause.getMessage());
        }
    }

    private Digest contentDigest(FileContent content) {
        Digest digest = content.blob().map(contentDigests::get).orElse(null);
        if (digest == null) {
            throw new UncheckedIOException(new IOException("a file's content was not read"));
        }
        return digest;
    }

    private Optional<String> imageOfCommit(ObjectName commit) {
        try {
            return imageProblem(
                    GitCommit.parse(objects.read(commit, ObjectType.COMMIT)).tree());
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private Optional<String> imageProblem(ObjectName tree) {
        try {
            Optional<GitTree.Entry> document = layers.find(tree, "manifest.json");
            if (document.isEmpty()) {
                return Optional.of("the image has no manifest.json");
            }
            byte[] json = objects.read(document.get().object(), ObjectType.BLOB);
            ImageManifest manifest = ImageManifest.fromJson(new String(json, StandardCharsets.UTF_8));
            Map<ObjectName, String> held = new HashMap<>();
            layers.find(tree, "kernel").ifPresent(entry -> held.put(entry.object(), "kernel"));
            Optional<GitTree.Entry> folder = layers.find(tree, "layers").filter(GitTree.Entry::isDirectory);
            if (folder.isPresent()) {
                layers.tree(folder.get().object()).entries().forEach(e -> held.put(e.object(), "layers/" + e.text()));
            }
            Optional<String> problem = partProblem(
                    "kernel", manifest.kernel().tree(), manifest.kernel().digest(), held);
            for (ImageManifest.LayerPart part : manifest.layers()) {
                problem = problem.isPresent() ? problem : partProblem(part.name(), part.tree(), part.digest(), held);
            }
            return problem;
        } catch (IOException | StoreException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private Optional<String> partProblem(String name, ObjectName tree, Digest digest, Map<ObjectName, String> held)
            throws IOException {
        if (!held.containsKey(tree)) {
            return Optional.of("manifest.json names tree " + tree + " for " + name + ", which the image does not hold");
        }
        return layers.layer(tree).digest().equals(digest)
                ? Optional.empty()
                : Optional.of("manifest.json has another digest for " + name + " than the layer");
    }

    private void verifyDerived() throws IOException {
        Path disks = directory.resolve("disks");
        if (!Files.isDirectory(disks)) {
            return;
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(disks)) {
            all.forEach(files::add);
        }
        files.sort(null);
        for (Path file : files) {
            cancellation.throwIfCancelled();
            String name = String.valueOf(file.getFileName());
            if (name.endsWith(StoreLayout.NOTE)) {
                verifyNote(file);
            } else if (name.matches("[0-9a-f]{64}((\\.[0-9a-f]{16})?\\.erofs|-.*)")
                    && !name.endsWith(DerivedFile.SUFFIX)) {
                new DerivedFile(file, "")
                        .damage(CopyingMaterializer.WRITERS)
                        .ifPresent(damage -> damagedDisk(file, damage));
                if (!name.endsWith(".erofs") && !Digest.ofFile(file).hex().equals(name.substring(0, 64))) {
                    damagedDisk(file, "is not the file that its name says");
                }
            }
        }
    }

    private void verifyRoots() throws IOException {
        List<Path> roots = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory.resolve(StoreLayout.ROOTS))) {
            all.forEach(roots::add);
        } catch (NoSuchFileException e) {
            return;
        }
        roots.sort(null);
        CheckoutCheck check = new CheckoutCheck(layers, cancellation);
        for (Path root : roots) {
            if (String.valueOf(root.getFileName()).matches("[0-9a-f]{40}") && Files.isDirectory(root)) {
                check.damage(root).ifPresent(problem -> damagedRoot(root, problem));
            }
        }
    }

    private void damagedRoot(Path root, String problem) {
        damagedRoots.add(root);
        findings.add(new Finding(root.toString(), problem, "remove it; it is made again when needed"));
    }

    private void damagedDisk(Path file, String problem) {
        if (!damagedDisks.contains(file)) {
            damagedDisks.add(file);
            findings.add(new Finding(file.toString(), problem, "remove it; it is made again when needed"));
        }
    }

    /** A note says which file a blob is: if the blob is there, that can be compared. */
    private void verifyNote(Path note) throws IOException {
        String name = String.valueOf(note.getFileName());
        String text = Files.readString(note, StandardCharsets.ISO_8859_1);
        String blob = name.substring(0, name.length() - StoreLayout.NOTE.length());
        Digest content = blob.matches("[0-9a-f]{40}") ? contentDigests.get(new ObjectName(blob)) : null;
        if (!text.matches("[0-9a-f]{64}\n") || (content != null && !text.startsWith(content.hex()))) {
            damagedDisk(note, "does not name the file of its object");
        }
    }
}
