package org.sourceos.gitstore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.GitTree;
import org.sourceos.gitstore.git.ObjectEncoder;
import org.sourceos.gitstore.git.ObjectType;
import org.sourceos.gitstore.known.KnownFiles;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileMetadata;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.TreePath;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;

/** Writes a layer's new objects as a pack, and those that are large enough as another. */
final class PackedIngest implements LayerIngest {
    private final GitObjects objects;
    private final Path packFolder;
    private final Path disks;
    private final Workspace workspace;

    PackedIngest(Path store, GitObjects objects, Workspace workspace) {
        this.objects = objects;
        this.packFolder = store.resolve(StoreLayout.PACKS);
        this.disks = store.resolve(StoreLayout.DISKS);
        this.workspace = workspace;
    }

    @Override
    public StoredLayer ingest(FileTree files, boolean forMachines, KnownFiles known, Cancellation cancellation)
            throws StoreException, IOException {
        Path temporary = workspace.newFolder();
        try (LayerPacks packs = new LayerPacks(objects, packFolder, temporary, forMachines);
                BlobPipeline blobs = new BlobPipeline(packs, known, temporary);
                ObjectEncoder encoder = new ObjectEncoder()) {
            Collector collector = new Collector(blobs, cancellation);
            files.visit(collector::take);
            List<FileEntry> entries = collector.canonical();
            Optional<StoredLayer> before = known.layer(entries, StoredContent::sha256);
            TreeBuilder trees = new TreeBuilder(packs, encoder);
            StoredLayer layer = before.isPresent() ? before.get() : trees.build(entries);
            cancellation.throwIfCancelled();
            packs.finish();
            noteSound(packs);
            if (before.isEmpty()) {
                known.made(layer, trees.made, temporary);
            }
            known.save(temporary);
            return layer;
        } finally {
            Directories.remove(temporary);
        }
    }

    /** What was just summed need not be summed again by the first machine. */
    private void noteSound(LayerPacks packs) {
        try {
            Optional<String> name = packs.pagedPack();
            if (name.isPresent()) {
                PackFile.written(packFolder.resolve(name.get() + ".pack"), disks);
            }
        } catch (IOException e) {
            // Then it is: a full disk, for instance.
        }
    }

    /** Takes the entries as they come and gives them back checked, complete and in the one order and form there is. */
    private static final class Collector {
        private final BlobPipeline blobs;
        private final Cancellation cancellation;
        /** As they come, which is nearly in order. */
        private final Map<TreePath, FileEntry> entries = new LinkedHashMap<>();

        private final Map<TreePath, BlobPipeline.Pending> contents = new HashMap<>();

        Collector(BlobPipeline blobs, Cancellation cancellation) {
            this.blobs = blobs;
            this.cancellation = cancellation;
        }

        void take(FileEntry entry) throws IOException {
            cancellation.throwIfCancelled();
            FileEntry before = entries.get(entry.path());
            boolean folder = entry.kind() instanceof FileKind.Directory;
            if (before != null && !(folder && before.kind() instanceof FileKind.Directory)) {
                throw new IOException("two entries are named " + entry.path());
            }
            checkParent(entry);
            if (entry.kind() instanceof FileKind.Regular regular) {
                contents.put(entry.path(), blobs.submit(entry.path(), regular.content()));
            }
            entries.put(entry.path(), entry);
        }

        private void checkParent(FileEntry entry) throws IOException {
            if (entry.path().isRoot()) {
                if (!(entry.kind() instanceof FileKind.Directory)) {
                    throw new IOException("the root of a tree is no folder");
                }
                return;
            }
            FileEntry parent = entries.get(entry.path().parent());
            if (parent == null || !(parent.kind() instanceof FileKind.Directory)) {
                throw new IOException(
                        entry.path() + " comes before the folder it is in, or lies below something that is no folder");
            }
        }

        List<FileEntry> canonical() throws IOException {
            blobs.endSubmitting();
            Map<TreePath, FileEntry> all = new LinkedHashMap<>(entries.size() * 2);
            all.put(TreePath.ROOT, new FileEntry(TreePath.ROOT, new FileKind.Directory(), FileMetadata.ofRoot(0755)));
            SortedMap<TreePath, List<TreePath>> links = new TreeMap<>();
            for (FileEntry entry : entries.values()) {
                cancellation.throwIfCancelled();
                if (entry.kind() instanceof FileKind.HardLink) {
                    links.computeIfAbsent(target(entry), path -> new ArrayList<>())
                            .add(entry.path());
                } else {
                    all.put(entry.path(), stored(entry));
                }
            }
            links.forEach((target, names) -> link(all, target, names));
            List<FileEntry> sorted = new ArrayList<>(all.values());
            sorted.sort(Comparator.comparing(FileEntry::path));
            return sorted;
        }

        private FileEntry stored(FileEntry entry) throws IOException {
            BlobPipeline.Pending content = contents.get(entry.path());
            if (content != null) {
                return new FileEntry(entry.path(), new FileKind.Regular(content.await()), entry.metadata());
            }
            if (entry.kind() instanceof FileKind.Symlink) {
                // Linux has no permissions of links; some systems show what the umask was.
                FileMetadata m = entry.metadata();
                return new FileEntry(entry.path(), entry.kind(), new FileMetadata(0777, m.uid(), m.gid(), m.xattrs()));
            }
            return entry;
        }

        private TreePath target(FileEntry link) throws IOException {
            FileEntry at = link;
            for (int i = 0; at != null && i < 100; i++) {
                if (!(at.kind() instanceof FileKind.HardLink further)) {
                    if (at.kind() instanceof FileKind.Directory) {
                        break;
                    }
                    return at.path();
                }
                at = entries.get(further.target());
            }
            throw new IOException(link.path() + " is a hard link to something that is no file of the tree");
        }

        /** Of a file's several names the first in order is the file: which one was met first must not matter. */
        private static void link(Map<TreePath, FileEntry> all, TreePath target, List<TreePath> names) {
            FileEntry file = all.get(target);
            if (file == null) {
                throw new IllegalStateException("the target was resolved before: " + target);
            }
            List<TreePath> every = new ArrayList<>(names);
            every.add(target);
            if (file.kind() instanceof FileKind.Symlink) {
                every.forEach(path -> all.put(path, new FileEntry(path, file.kind(), file.metadata())));
                return;
            }
            TreePath first = Collections.min(every);
            every.forEach(path -> all.put(path, new FileEntry(path, new FileKind.HardLink(first), file.metadata())));
            all.put(first, new FileEntry(first, file.kind(), file.metadata()));
        }
    }

    static <T> T await(Future<T> result) throws IOException {
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while storing files");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException(e.getCause());
        }
    }

    /** Makes git's trees, the deepest first, and the manifest. */
    private static final class TreeBuilder {
        private final LayerPacks packs;
        private final ObjectEncoder encoder;
        private final Map<TreePath, List<GitTree.Entry>> children = new HashMap<>();
        private final List<ObjectName> made = new ArrayList<>();

        TreeBuilder(LayerPacks packs, ObjectEncoder encoder) {
            this.packs = packs;
            this.encoder = encoder;
        }

        private ObjectName add(ObjectType type, byte[] content) throws IOException {
            ObjectName name = packs.add(type, content, content.length, encoder);
            made.add(name);
            return name;
        }

        StoredLayer build(List<FileEntry> entries) throws IOException {
            ObjectName root = null;
            for (int i = entries.size() - 1; i >= 0; i--) {
                FileEntry entry = entries.get(i);
                ObjectName object = object(entry);
                if (entry.path().isRoot()) {
                    root = object;
                } else if (object != null) {
                    children.computeIfAbsent(entry.path().parent(), path -> new ArrayList<>())
                            .add(new GitTree.Entry(
                                    mode(entry), GitNames.escape(entry.path().name()), object));
                }
            }
            if (root == null) {
                throw new IllegalStateException("a tree always has a root");
            }
            LayerManifest.Written manifest = LayerManifest.write(entries, StoredContent::sha256);
            List<GitTree.Entry> top = List.of(
                    new GitTree.Entry(
                            GitTree.FILE,
                            LayerReader.MANIFEST.getBytes(StandardCharsets.US_ASCII),
                            add(ObjectType.BLOB, manifest.content())),
                    new GitTree.Entry(GitTree.DIRECTORY, LayerReader.ROOT.getBytes(StandardCharsets.US_ASCII), root));
            ObjectName tree = add(ObjectType.TREE, new GitTree(top).encode());
            return new StoredLayer(tree, manifest.digest(), manifest.files(), manifest.bytes());
        }

        /** The object git's tree refers to; null for what it cannot hold. */
        private @Nullable ObjectName object(FileEntry entry) throws IOException {
            if (entry.kind() instanceof FileKind.Directory) {
                List<GitTree.Entry> inside = children.remove(entry.path());
                return add(ObjectType.TREE, new GitTree(inside == null ? List.of() : inside).encode());
            }
            if (entry.kind() instanceof FileKind.Regular regular) {
                return ((StoredContent) regular.content()).name();
            }
            if (entry.kind() instanceof FileKind.Symlink symlink) {
                return add(ObjectType.BLOB, symlink.target());
            }
            return null;
        }

        private static int mode(FileEntry entry) {
            if (entry.kind() instanceof FileKind.Directory) {
                return GitTree.DIRECTORY;
            }
            if (entry.kind() instanceof FileKind.Symlink) {
                return GitTree.SYMLINK;
            }
            return (entry.metadata().mode() & 0100) != 0 ? GitTree.EXECUTABLE : GitTree.FILE;
        }
    }

    /** A content that has been written: only its names and size are left. */
    record StoredContent(ObjectName name, Digest digest, long size) implements FileContent {
        static Digest sha256(FileContent content) {
            return ((StoredContent) content).digest();
        }

        @Override
        public java.io.InputStream open() {
            throw new UnsupportedOperationException("only its digest is wanted");
        }
    }
}
