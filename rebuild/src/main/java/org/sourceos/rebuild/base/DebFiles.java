package org.sourceos.rebuild.base;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileMetadata;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.SelectedTree;
import org.sourceos.gitstore.tree.TreePath;

/**
 * The files of several binary packages as one tree to lay over a base: documentation left out and, over a base with merged
 * /usr, {@code lib/…} moved to {@code usr/lib/…}, so that no folder of a package hides the base's link of that name.
 */
final class DebFiles implements FileTree {
    private final List<DebFile> packages;
    private final boolean mergedUsr;

    DebFiles(List<DebFile> packages, boolean mergedUsr) {
        this.packages = List.copyOf(packages);
        this.mergedUsr = mergedUsr;
    }

    @Override
    public void visit(Visitor visitor) throws IOException {
        Set<TreePath> seen = new HashSet<>();
        seen.add(TreePath.ROOT);
        visitor.entry(new FileEntry(TreePath.ROOT, new FileKind.Directory(), FileMetadata.ofRoot(0755)));
        for (DebFile deb : packages) {
            FileTree kept = new SelectedTree(deb.files(), entry -> DebianPaths.isKept(entry.path()));
            kept.visit(entry -> place(mergedUsr ? merged(entry) : entry, seen, visitor));
        }
    }

    /** What several packages bring (folders, and files that one of them diverts) comes from the first. */
    private static void place(FileEntry entry, Set<TreePath> seen, Visitor visitor) throws IOException {
        if (!seen.contains(entry.path().parent())) {
            // usr is not listed by a package that has only lib/…
            place(
                    new FileEntry(entry.path().parent(), new FileKind.Directory(), FileMetadata.ofRoot(0755)),
                    seen,
                    visitor);
        }
        if (seen.add(entry.path())) {
            visitor.entry(entry);
        }
    }

    private static FileEntry merged(FileEntry entry) {
        FileKind kind = entry.kind() instanceof FileKind.HardLink link
                ? new FileKind.HardLink(DebianPaths.merged(link.target()))
                : entry.kind();
        return new FileEntry(DebianPaths.merged(entry.path()), kind, entry.metadata());
    }
}
