package org.sourceos.gitstore.tree;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A tree put together in memory, sorted by path; can be visited again. Folders nobody named are root's, mode 0755. */
public final class ListTree implements FileTree {
    private final List<FileEntry> entries;

    private ListTree(List<FileEntry> entries) {
        this.entries = entries;
    }

    /** Missing parents are added; of two entries with one path the later counts. */
    public static ListTree of(List<FileEntry> entries) {
        Builder builder = new Builder();
        entries.forEach(builder::entry);
        return builder.build();
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void visit(Visitor visitor) throws IOException {
        for (FileEntry entry : entries) {
            visitor.entry(entry);
        }
    }

    /** Collects entries; paths are text with slashes between names, owners root unless an entry says otherwise. */
    public static final class Builder {
        private final SortedMap<TreePath, FileEntry> entries = new TreeMap<>();

        private Builder() {}

        public Builder entry(FileEntry entry) {
            entries.put(entry.path(), entry);
            return this;
        }

        public Builder directory(String path, int mode) {
            return entry(new FileEntry(TreePath.of(path), new FileKind.Directory(), FileMetadata.ofRoot(mode)));
        }

        public Builder file(String path, int mode, FileContent content) {
            return entry(new FileEntry(TreePath.of(path), new FileKind.Regular(content), FileMetadata.ofRoot(mode)));
        }

        public Builder file(String path, int mode, byte[] content) {
            return file(path, mode, new InMemoryContent(content));
        }

        public Builder file(String path, int mode, String content) {
            return file(path, mode, content.getBytes(StandardCharsets.UTF_8));
        }

        public Builder symlink(String path, String target) {
            byte[] text = target.getBytes(StandardCharsets.UTF_8);
            return entry(new FileEntry(TreePath.of(path), new FileKind.Symlink(text), FileMetadata.ofRoot(0777)));
        }

        public ListTree build() {
            SortedMap<TreePath, FileEntry> all = new TreeMap<>(entries);
            for (TreePath path : entries.keySet()) {
                TreePath parent = path;
                do {
                    parent = parent.parent();
                    all.putIfAbsent(parent, new FileEntry(parent, new FileKind.Directory(), FileMetadata.ofRoot(0755)));
                } while (!parent.isRoot());
            }
            all.putIfAbsent(
                    TreePath.ROOT, new FileEntry(TreePath.ROOT, new FileKind.Directory(), FileMetadata.ofRoot(0755)));
            return new ListTree(List.copyOf(all.values()));
        }
    }
}
