package org.sourceos.gitstore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sourceos.gitstore.git.PackWriter;
import org.sourceos.gitstore.tree.DirectoryTree;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.Ownership;
import org.sourceos.gitstore.tree.TreePath;
import org.sourceos.host.Cancellation;

/** Compares directories to build in with the layers that they were made of, file by file. */
final class CheckoutCheck {
    private final LayerReader layers;
    private final Cancellation cancellation;

    CheckoutCheck(LayerReader layers, Cancellation cancellation) {
        this.layers = layers;
        this.cancellation = cancellation;
    }

    /** What a path has to be: a link's target, a file's content and whether it can be executed, or none of these for a folder. */
    private record Expected(
            byte @Nullable [] link, @Nullable ObjectName blob, boolean executable) {}

    /** What is wrong with a directory, as the end of a sentence; empty where nothing is, or where nobody noted what is in it. */
    Optional<String> damage(Path root) throws IOException {
        Optional<List<ObjectName>> trees = Checkouts.noted(root);
        if (trees.isEmpty()) {
            return Checkouts.saysWhatIsIn(root)
                    ? Optional.of("does not have the layers that are noted beside it")
                    : Optional.empty();
        }
        Map<TreePath, Expected> expected = new HashMap<>();
        try {
            for (ObjectName tree : trees.get()) {
                add(layers.entries(tree), expected);
            }
        } catch (IOException e) {
            return Optional.of("cannot be compared with its layers: " + e.getMessage());
        }
        return compare(root, expected);
    }

    private static void add(Iterable<FileEntry> entries, Map<TreePath, Expected> expected) {
        Map<TreePath, Expected> above = Map.copyOf(expected);
        Map<TreePath, Expected> own = new HashMap<>();
        for (FileEntry entry : entries) {
            Optional<Expected> kind = expected(entry, own);
            kind.ifPresent(it -> own.put(entry.path(), it));
            if (kind.isPresent() && !isHidden(entry.path(), above)) {
                expected.putIfAbsent(entry.path(), kind.get());
            }
        }
    }

    private static Optional<Expected> expected(FileEntry entry, Map<TreePath, Expected> own) {
        FileKind kind = entry.kind();
        if (kind instanceof FileKind.Directory) {
            return Optional.of(new Expected(null, null, true));
        }
        if (kind instanceof FileKind.Symlink symlink) {
            return Optional.of(new Expected(symlink.target(), null, false));
        }
        if (kind instanceof FileKind.Regular regular) {
            boolean executable = (entry.metadata().mode() & 0100) != 0;
            return regular.content().blob().map(blob -> new Expected(null, blob, executable));
        }
        // Devices are left out of such directories.
        return kind instanceof FileKind.HardLink link ? Optional.ofNullable(own.get(link.target())) : Optional.empty();
    }

    private static boolean isHidden(TreePath path, Map<TreePath, Expected> above) {
        for (TreePath at = path; !at.isRoot(); at = at.parent()) {
            Expected there = above.get(at);
            if (there != null && (there.link != null || there.blob != null)) {
                return true;
            }
        }
        return false;
    }

    private Optional<String> compare(Path root, Map<TreePath, Expected> expected) throws IOException {
        List<String> problems = new ArrayList<>();
        Map<TreePath, ObjectName> contents = new HashMap<>();
        Set<TreePath> seen = new HashSet<>();
        new DirectoryTree(root, Ownership.ALL_ROOT).visit(entry -> {
            cancellation.throwIfCancelled();
            seen.add(entry.path());
            Expected wanted = expected.get(entry.path());
            if (problems.isEmpty() && (wanted == null || !isAsWanted(entry, wanted, contents))) {
                problems.add(wanted == null ? "has a file too many: " + entry.path() : "has another " + entry.path());
            }
        });
        for (TreePath path : expected.keySet()) {
            if (problems.isEmpty() && !seen.contains(path)) {
                problems.add("lacks " + path);
            }
        }
        return problems.stream().findFirst();
    }

    private static boolean isAsWanted(FileEntry entry, Expected wanted, Map<TreePath, ObjectName> contents)
            throws IOException {
        FileKind kind = entry.kind();
        if (kind instanceof FileKind.Directory) {
            return wanted.link == null && wanted.blob == null;
        }
        if (kind instanceof FileKind.Symlink symlink) {
            return wanted.link != null && Arrays.equals(wanted.link, symlink.target());
        }
        ObjectName content;
        if (kind instanceof FileKind.Regular regular) {
            content = name(regular.content());
            contents.put(entry.path(), content);
        } else if (kind instanceof FileKind.HardLink link) {
            content = contents.get(link.target());
        } else {
            return false;
        }
        return content != null
                && content.equals(wanted.blob)
                && wanted.executable == ((entry.metadata().mode() & 0100) != 0);
    }

    private static ObjectName name(FileContent content) throws IOException {
        MessageDigest sha1 = PackWriter.startName(content.size());
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = content.open()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha1.update(buffer, 0, n);
            }
        }
        return PackWriter.endName(sha1);
    }
}
