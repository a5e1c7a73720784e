package org.sourceos.rebuild.image;

import java.io.IOException;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.TreePath;

/** A layer's entries by path, for looking up. Contents stay in the store until they are read. */
record LayerIndex(String name, SortedMap<TreePath, FileEntry> entries) {
    LayerIndex {
        entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    }

    static LayerIndex of(String name, FileTree tree) throws IOException {
        SortedMap<TreePath, FileEntry> entries = new TreeMap<>();
        tree.visit(entry -> entries.put(entry.path(), entry));
        return new LayerIndex(name, entries);
    }

    Optional<FileEntry> find(TreePath path) {
        return Optional.ofNullable(entries.get(path));
    }
}
