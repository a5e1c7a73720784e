package org.sourceos.gitstore;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sourceos.gitstore.git.CorruptObjectException;
import org.sourceos.gitstore.git.GitObject;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.GitTree;
import org.sourceos.gitstore.git.ObjectType;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileMetadata;
import org.sourceos.gitstore.tree.TreePath;

/** Reads layers back: git's tree and the manifest put together again. */
final class LayerReader {
    static final String ROOT = "root";
    static final String MANIFEST = "manifest";

    /** More than any system has; who sends a layer says how many it has, and a few small trees can say any number. */
    private static final int MOST_ENTRIES = 1 << 22;

    /** Deeper than any path that Linux takes. */
    private static final int MOST_DEPTH = 2048;

    private final GitObjects objects;

    LayerReader(GitObjects objects) {
        this.objects = objects;
    }

    GitTree tree(ObjectName tree) throws IOException {
        return GitTree.parse(objects.read(tree, ObjectType.TREE));
    }

    /** What a path of names, slashes between them, leads to; an empty path is the tree itself. */
    Optional<GitTree.Entry> find(ObjectName tree, String path) throws IOException {
        GitTree.Entry at = new GitTree.Entry(GitTree.DIRECTORY, new byte[0], tree);
        for (String name : path.split("/")) {
            if (name.isEmpty()) {
                continue;
            }
            Optional<GitTree.Entry> next = at.isDirectory() ? tree(at.object()).find(name) : Optional.empty();
            if (next.isEmpty()) {
                return next;
            }
            at = next.get();
        }
        return Optional.of(at);
    }

    /** The content of the file that a path leads to; empty when there is none. */
    Optional<byte[]> read(ObjectName tree, String path) throws IOException {
        Optional<GitTree.Entry> entry = find(tree, path).filter(found -> !found.isDirectory());
        return entry.isEmpty()
                ? Optional.empty()
                : Optional.of(objects.read(entry.get().object(), ObjectType.BLOB));
    }

    /** The tree that a path leads to; empty when there is none. */
    Optional<ObjectName> subtree(ObjectName tree, String path) throws IOException {
        return find(tree, path).filter(GitTree.Entry::isDirectory).map(GitTree.Entry::object);
    }

    LayerManifest manifest(ObjectName layer) throws IOException {
        GitTree.Entry manifest = find(layer, MANIFEST)
                .orElseThrow(() -> new CorruptObjectException("tree " + layer + " is no layer: it has no manifest"));
        return LayerManifest.parse(objects.read(manifest.object(), ObjectType.BLOB));
    }

    StoredLayer layer(ObjectName tree) throws IOException {
        LayerManifest manifest = manifest(tree);
        return new StoredLayer(tree, manifest.digest(), manifest.files(), manifest.bytes());
    }

    /** All entries of a layer, sorted by path; contents are opened when asked for. */
    Collection<FileEntry> entries(ObjectName layer) throws IOException {
        LayerManifest manifest = manifest(layer);
        GitTree.Entry root = find(layer, ROOT)
                .filter(GitTree.Entry::isDirectory)
                .orElseThrow(() -> new CorruptObjectException("tree " + layer + " is no layer: it has no root"));
        try {
            return new Assembly(manifest).run(root);
        } catch (IllegalArgumentException e) {
            throw new CorruptObjectException("layer " + layer + " cannot be read: " + e.getMessage(), e);
        }
    }

    private final class Assembly {
        private final LayerManifest manifest;
        private final Set<TreePath> used = new HashSet<>();
        private final SortedMap<TreePath, FileEntry> entries = new TreeMap<>();

        Assembly(LayerManifest manifest) {
            this.manifest = manifest;
        }

        Collection<FileEntry> run(GitTree.Entry root) throws IOException {
            if (manifest.files() > MOST_ENTRIES) {
                throw new IllegalArgumentException("it is said to have " + manifest.files() + " entries");
            }
            add(TreePath.ROOT, root, 0);
            for (Mtree.Line line : manifest.lines().values()) {
                if (!used.contains(line.path())) {
                    addFromManifest(line);
                }
            }
            return entries.values();
        }

        private void add(TreePath path, GitTree.Entry entry, int depth) throws IOException {
            if (depth > MOST_DEPTH) {
                throw new IllegalArgumentException("it has folders in folders, " + MOST_DEPTH + " times and more");
            }
            FileKind kind = kind(entry);
            int plainMode = kind instanceof FileKind.Symlink ? 0777 : entry.mode() == GitTree.FILE ? 0644 : 0755;
            put(new FileEntry(path, kind, metadata(path, kind, plainMode)));
            if (entry.isDirectory()) {
                for (GitTree.Entry child : tree(entry.object()).entries()) {
                    add(path.child(name(child)), child, depth + 1);
                }
            }
        }

        /** A tree that names trees several times has more entries than it has objects, by any factor. */
        private void put(FileEntry entry) {
            if (entries.put(entry.path(), entry) != null) {
                throw new IllegalArgumentException("it has two entries for " + entry.path());
            }
            if (entries.size() > manifest.files()) {
                throw new IllegalArgumentException(
                        "it has more entries than the " + manifest.files() + " of its manifest");
            }
        }

        /** One with a slash would be a place below something that need not be a folder. */
        private byte[] name(GitTree.Entry entry) {
            byte[] name = GitNames.unescape(entry.name());
            for (byte b : name) {
                if (b == '/') {
                    throw new IllegalArgumentException("it has a name with a slash in it, " + entry.text());
                }
            }
            return name;
        }

        private FileMetadata metadata(TreePath path, FileKind kind, int plainMode) {
            Mtree.Line line = manifest.lines().get(path);
            if (line == null) {
                return FileMetadata.ofRoot(plainMode);
            }
            used.add(path);
            if (!line.type().equals(Mtree.type(kind)) || line.keywords().containsKey("hardlink")) {
                throw new IllegalArgumentException("manifest and tree disagree about " + path);
            }
            return line.metadata(plainMode);
        }

        private FileKind kind(GitTree.Entry entry) throws IOException {
            return switch (entry.mode()) {
                case GitTree.DIRECTORY -> new FileKind.Directory();
                case GitTree.SYMLINK -> new FileKind.Symlink(objects.read(entry.object(), ObjectType.BLOB));
                case GitTree.FILE, GitTree.EXECUTABLE -> new FileKind.Regular(new BlobContent(entry.object()));
                default ->
                    throw new CorruptObjectException(
                            "a layer with an entry of mode " + Integer.toOctalString(entry.mode()));
            };
        }

        private void addFromManifest(Mtree.Line line) {
            FileKind kind = line.kind();
            FileEntry parent = entries.get(line.path().parent());
            if (parent == null || !(parent.kind() instanceof FileKind.Directory)) {
                throw new IllegalArgumentException(
                        "the manifest names " + line.path() + " in a folder that is not there");
            }
            FileMetadata metadata = line.metadata(0644);
            if (kind instanceof FileKind.HardLink link) {
                // Targets come before their links in order, so they are there already.
                FileEntry target = entries.get(link.target());
                if (target == null
                        || target.kind() instanceof FileKind.Directory
                        || target.kind() instanceof FileKind.HardLink) {
                    throw new IllegalArgumentException("the manifest links " + line.path() + " to no file");
                }
                metadata = target.metadata();
            }
            put(new FileEntry(line.path(), kind, metadata));
        }
    }

    /** A blob of the store as a file's content; its size is looked up once, when first asked for. */
    final class BlobContent implements FileContent {
        private final ObjectName name;
        private @Nullable GitObject found;

        BlobContent(ObjectName name) {
            this.name = name;
        }

        private synchronized GitObject object() throws IOException {
            GitObject object = found;
            if (object == null) {
                object = objects.open(name);
                if (object.type() != ObjectType.BLOB) {
                    throw new CorruptObjectException("object " + name + " is no file's content");
                }
                found = object;
            }
            return object;
        }

        @Override
        public long size() {
            try {
                return object().size();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public InputStream open() throws IOException {
            return object().open();
        }

        @Override
        public boolean lasts() {
            return true;
        }

        @Override
        public Optional<ObjectName> blob() {
            return Optional.of(name);
        }
    }

    /** A path as a user says it, with git's names. */
    static String gitPath(String path) {
        StringBuilder escaped = new StringBuilder(ROOT);
        for (String name : path.split("/")) {
            if (!name.isEmpty()) {
                escaped.append('/')
                        .append(new String(
                                GitNames.escape(name.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8));
            }
        }
        return escaped.toString();
    }
}
