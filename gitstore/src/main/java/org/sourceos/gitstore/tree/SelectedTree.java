package org.sourceos.gitstore.tree;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Those entries of another tree that a predicate takes, and the folders they are in. A hard link whose first name is not
 * taken becomes the file itself.
 *
 * <p>Visits the other tree twice, so that must not be one that can be read once only.
 */
public final class SelectedTree implements FileTree {
    private final FileTree source;
    private final Predicate<FileEntry> wanted;

    /** @param wanted asked once for every entry; must answer for a path the same every time */
    public SelectedTree(FileTree source, Predicate<FileEntry> wanted) {
        this.source = source;
        this.wanted = wanted;
    }

    @Override
    public void visit(Visitor visitor) throws IOException {
        Plan plan = new Plan();
        source.visit(plan::note);
        source.visit(entry -> plan.pass(entry, visitor));
    }

    private final class Plan {
        private final Map<TreePath, FileEntry> folders = new HashMap<>();
        private final Set<TreePath> taken = new HashSet<>();
        /** For a file that is not taken itself: the first of its further names that is. */
        private final Map<TreePath, TreePath> standIns = new HashMap<>();

        private final Set<TreePath> emitted = new HashSet<>();

        void note(FileEntry entry) {
            if (entry.kind() instanceof FileKind.Directory) {
                folders.put(entry.path(), entry);
            }
            if (!entry.path().isRoot() && !wanted.test(entry)) {
                return;
            }
            taken.add(entry.path());
            if (entry.kind() instanceof FileKind.HardLink link && !taken.contains(link.target())) {
                standIns.putIfAbsent(link.target(), entry.path());
            }
        }

        void pass(FileEntry entry, Visitor visitor) throws IOException {
            TreePath standIn = standIns.get(entry.path());
            if (standIn != null && !taken.contains(entry.path())) {
                emit(new FileEntry(standIn, entry.kind(), entry.metadata()), visitor);
                return;
            }
            if (!taken.contains(entry.path())) {
                return;
            }
            if (entry.kind() instanceof FileKind.HardLink link && !taken.contains(link.target())) {
                TreePath first = standIns.get(link.target());
                if (first == null || first.equals(entry.path())) {
                    return;
                }
                emit(new FileEntry(entry.path(), new FileKind.HardLink(first), entry.metadata()), visitor);
                return;
            }
            emit(entry, visitor);
        }

        private void emit(FileEntry entry, Visitor visitor) throws IOException {
            if (!entry.path().isRoot()) {
                TreePath parent = entry.path().parent();
                FileEntry folder = folders.get(parent);
                if (folder != null && !emitted.contains(parent)) {
                    emit(folder, visitor);
                }
            }
            if (emitted.add(entry.path())) {
                // A folder may be visited again with other metadata; the last are meant.
                visitor.entry(folders.getOrDefault(entry.path(), entry));
            }
        }
    }
}
