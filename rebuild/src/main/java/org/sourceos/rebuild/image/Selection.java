package org.sourceos.rebuild.image;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileMetadata;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.TreePath;

/** Chosen entries of one or more layers as a tree of its own: the folders above them come with them. */
final class Selection implements FileTree {
    private final SortedMap<TreePath, FileEntry> entries = new TreeMap<>();

    /** Takes an entry, and the folders above it as {@code layer} has them; what is there already stays. */
    void add(LayerIndex layer, FileEntry entry) {
        TreePath path = entry.path();
        if (!path.isRoot() && !entries.containsKey(path)) {
            TreePath parent = path.parent();
            FileEntry folder = layer.find(parent)
                    .filter(found -> found.kind() instanceof FileKind.Directory)
                    .orElseGet(() -> new FileEntry(parent, new FileKind.Directory(), FileMetadata.ofRoot(0755)));
            add(layer, folder);
        }
        entries.putIfAbsent(path, entry);
    }

    /** Adds what {@code lower} has and this has not. */
    void addBelow(Selection lower) {
        lower.entries.forEach(entries::putIfAbsent);
    }

    boolean isEmpty() {
        return entries.values().stream().allMatch(entry -> entry.kind() instanceof FileKind.Directory);
    }

    SortedMap<TreePath, FileEntry> entries() {
        return java.util.Collections.unmodifiableSortedMap(entries);
    }

    /** In the order of paths, hard links last: a link comes after the file it names. */
    @Override
    public void visit(Visitor visitor) throws IOException {
        if (entries.isEmpty()) {
            visitor.entry(new FileEntry(TreePath.ROOT, new FileKind.Directory(), FileMetadata.ofRoot(0755)));
        }
        List<FileEntry> ordered = entries.entrySet().stream()
                .sorted(Comparator.<Map.Entry<TreePath, FileEntry>, Boolean>comparing(
                                e -> e.getValue().kind() instanceof FileKind.HardLink)
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getValue)
                .toList();
        for (FileEntry entry : ordered) {
            visitor.entry(entry);
        }
    }
}
