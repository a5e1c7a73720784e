package org.sourceos.rebuild.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.TreePath;
import org.sourceos.rebuild.RebuildException;

/** Compares two builds of one key. */
public final class Reproducer {
    private static final int SHOWN = 20;

    private final BuildCache cache;

    public Reproducer(BuildCache cache) {
        this.cache = cache;
    }

    /** @throws RebuildException NOT_REPRODUCIBLE, naming the first files that differ and how */
    public void compare(String name, StoredLayer first, StoredLayer second) throws RebuildException {
        if (first.digest().equals(second.digest())) {
            return;
        }
        try {
            List<String> differences = differences(first, second);
            StringBuilder message = new StringBuilder(name)
                    .append(" is not reproducible: two builds with the same key gave different trees (")
                    .append(first.digest().abbreviated())
                    .append(" and ")
                    .append(second.digest().abbreviated())
                    .append(")");
            differences.stream()
                    .limit(SHOWN)
                    .forEach(line -> message.append("\n  ").append(line));
            if (differences.size() > SHOWN) {
                message.append("\n  … and ").append(differences.size() - SHOWN).append(" more");
            }
            message.append("\nsee them with: git -C ")
                    .append(cache.directory())
                    .append(" diff ")
                    .append(first.tree())
                    .append(' ')
                    .append(second.tree())
                    .append("\nusual causes are times, host names, file order and parallel make; "
                            + "mend the build in the recipe");
            throw new RebuildException(RebuildException.Kind.NOT_REPRODUCIBLE, message.toString());
        } catch (StoreException | IOException e) {
            throw new RebuildException(
                    RebuildException.Kind.STORE, "cannot compare two builds of " + name + ": " + e.getMessage(), e);
        }
    }

    private List<String> differences(StoredLayer first, StoredLayer second) throws StoreException, IOException {
        SortedMap<TreePath, String> before = descriptions(first);
        SortedMap<TreePath, String> after = descriptions(second);
        SortedSet<TreePath> all = new TreeSet<>(before.keySet());
        all.addAll(after.keySet());
        List<String> differences = new ArrayList<>();
        for (TreePath path : all) {
            String a = before.get(path);
            String b = after.get(path);
            if (a == null || b == null) {
                differences.add("/" + path + " only in the " + (a == null ? "second" : "first") + " build");
            } else if (!a.equals(b)) {
                differences.add("/" + path + ": " + a + " → " + b);
            }
        }
        return differences;
    }

    private SortedMap<TreePath, String> descriptions(StoredLayer layer) throws StoreException, IOException {
        SortedMap<TreePath, String> descriptions = new TreeMap<>();
        cache.files(layer).visit(entry -> descriptions.put(entry.path(), description(entry)));
        return descriptions;
    }

    private static String description(FileEntry entry) throws IOException {
        String mode = "mode " + Integer.toOctalString(entry.metadata().mode());
        FileKind kind = entry.kind();
        if (kind instanceof FileKind.Regular regular) {
            MessageDigest digest = Digest.newMessageDigest();
            try (InputStream in = regular.content().open();
                    OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
                in.transferTo(out);
            }
            return mode + ", " + regular.content().size() + " bytes, sha256 "
                    + Digest.finish(digest).abbreviated();
        } else if (kind instanceof FileKind.Symlink link) {
            return "link to " + new String(link.target(), java.nio.charset.StandardCharsets.UTF_8);
        } else if (kind instanceof FileKind.HardLink link) {
            return "another name of /" + link.target();
        } else if (kind instanceof FileKind.Directory) {
            return "folder, " + mode;
        }
        return kind.getClass().getSimpleName() + ", " + mode;
    }
}
