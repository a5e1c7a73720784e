package org.sourceos.gitstore.tree;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A tree as a folder of another, whose folders above it are root's, mode 0755. Can be visited as often as that can. */
public final class PlacedTree implements FileTree {
    private final TreePath place;
    private final FileTree tree;

    /** @param place where the tree's root is to be: {@code usr/share/demo} */
    public PlacedTree(TreePath place, FileTree tree) {
        this.place = place;
        this.tree = tree;
    }

    @Override
    public void visit(Visitor visitor) throws IOException {
        List<TreePath> above = new ArrayList<>();
        for (TreePath path = place; !path.isRoot(); ) {
            path = path.parent();
            above.add(0, path);
        }
        for (TreePath path : above) {
            visitor.entry(new FileEntry(path, new FileKind.Directory(), FileMetadata.ofRoot(0755)));
        }
        tree.visit(entry -> visitor.entry(new FileEntry(placed(entry.path()), placed(entry.kind()), entry.metadata())));
    }

    private FileKind placed(FileKind kind) {
        return kind instanceof FileKind.HardLink link ? new FileKind.HardLink(placed(link.target())) : kind;
    }

    private TreePath placed(TreePath path) {
        if (path.isRoot() || place.isRoot()) {
            return path.isRoot() ? place : path;
        }
        String both = latin(place) + '/' + latin(path);
        return TreePath.of(both.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A character for each byte, so that no name is lost. */
    private static String latin(TreePath path) {
        return new String(path.toBytes(), StandardCharsets.ISO_8859_1);
    }
}
