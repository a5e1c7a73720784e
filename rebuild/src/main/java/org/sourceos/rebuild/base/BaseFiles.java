package org.sourceos.rebuild.base;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.SelectedTree;
import org.sourceos.gitstore.tree.TreePath;

/**
 * A freshly made Debian root without documentation and without what differs from one making to the next: apt's lists, caches,
 * logs, copies, locks, devices, the host's name and resolver. Notes dpkg's status as it passes.
 */
final class BaseFiles implements FileTree {
    private static final TreePath STATUS = TreePath.of("var/lib/dpkg/status");
    private static final int LONGEST_STATUS = 64 << 20;

    private final FileTree whole;
    private String status = "";

    BaseFiles(FileTree whole) {
        this.whole = whole;
    }

    @Override
    public void visit(Visitor visitor) throws IOException {
        FileTree kept = new SelectedTree(
                whole, entry -> DebianPaths.isKept(entry.path()) && !(entry.kind() instanceof FileKind.Device));
        kept.visit(entry -> {
            if (entry.path().equals(STATUS) && entry.kind() instanceof FileKind.Regular file) {
                try (InputStream in = file.content().open()) {
                    byte[] bytes = in.readNBytes(LONGEST_STATUS);
                    status = new String(bytes, StandardCharsets.UTF_8);
                    visitor.entry(new FileEntry(
                            entry.path(), new FileKind.Regular(new BytesContent(bytes)), entry.metadata()));
                }
                return;
            }
            visitor.entry(entry);
        });
    }

    /** The packages in it, once it was visited. */
    PackageList packages() {
        return PackageList.ofStatus(status);
    }

    private record BytesContent(byte[] bytes) implements org.sourceos.gitstore.tree.FileContent {
        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public InputStream open() {
            return new java.io.ByteArrayInputStream(bytes);
        }
    }
}
