package org.sourceos.rebuild.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileMetadata;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.TreePath;

/** A folder of plain files, side by side, owned by root, without anything that depends on who fetched them when. */
final class DownloadedFiles implements FileTree {
    private final SortedMap<TreePath, Path> files;

    private DownloadedFiles(SortedMap<TreePath, Path> files) {
        this.files = files;
    }

    static DownloadedFiles of(String name, Path file) {
        return new DownloadedFiles(new TreeMap<>(Map.of(TreePath.of(name), file)));
    }

    /** Each under its own name. */
    static DownloadedFiles of(List<Path> files) {
        SortedMap<TreePath, Path> byName = new TreeMap<>();
        for (Path file : files) {
            byName.put(TreePath.of(file.getFileName().toString().getBytes(StandardCharsets.UTF_8)), file);
        }
        return new DownloadedFiles(byName);
    }

    @Override
    public void visit(Visitor visitor) throws IOException {
        visitor.entry(new FileEntry(TreePath.ROOT, new FileKind.Directory(), FileMetadata.ofRoot(0755)));
        for (Map.Entry<TreePath, Path> file : files.entrySet()) {
            FileContent content = new OnDisk(file.getValue(), Files.size(file.getValue()));
            visitor.entry(new FileEntry(file.getKey(), new FileKind.Regular(content), FileMetadata.ofRoot(0644)));
        }
    }

    private record OnDisk(Path file, long size) implements FileContent {
        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }

        @Override
        public boolean lasts() {
            return true;
        }
    }
}
