package org.sourceos.gitstore.tree;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Several trees laid over each other, the first on top: of two entries with one path the upper wins, a folder over a folder
 * merges (with the upper's metadata), and whatever is no folder hides all that lies below its path.
 *
 * <p>The lower trees are visited twice; only the first may be one that can be read once.
 */
public final class OverlayTree implements FileTree {
    private final List<FileTree> layers;

    /** @param layers topmost first */
    public OverlayTree(List<FileTree> layers) {
        this.layers = List.copyOf(layers);
    }

    @Override
    public void visit(Visitor visitor) throws IOException {
        Set<TreePath> folders = new HashSet<>();
        Set<TreePath> others = new HashSet<>();
        for (int i = 0; i < layers.size(); i++) {
            // What is hidden is judged by the layers above only, not by what this layer has added meanwhile.
            Set<TreePath> foldersAbove = Set.copyOf(folders);
            Set<TreePath> othersAbove = Set.copyOf(others);
            FileTree visible = i == 0
                    ? layers.get(0)
                    : new SelectedTree(layers.get(i), entry -> isVisible(entry, foldersAbove, othersAbove));
            visible.visit(entry -> {
                boolean folder = entry.kind() instanceof FileKind.Directory;
                if (folder ? folders.add(entry.path()) : others.add(entry.path())) {
                    visitor.entry(entry);
                }
            });
        }
    }

    private static boolean isVisible(FileEntry entry, Set<TreePath> folders, Set<TreePath> others) {
        if (folders.contains(entry.path()) || others.contains(entry.path())) {
            return false;
        }
        for (TreePath path = entry.path(); !path.isRoot(); path = path.parent()) {
            if (others.contains(path)) {
                return false;
            }
        }
        return true;
    }
}
