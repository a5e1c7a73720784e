package org.sourceos.rebuild.image;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileMetadata;
import org.sourceos.gitstore.tree.TreePath;

/** The folders, links and small files that every root has, whatever its program; the lowest provider. */
final class Skeleton {
    private static final List<String> FOLDERS = List.of(
            "dev",
            "etc",
            "home",
            "proc",
            "root",
            "run",
            "sys",
            "tmp",
            "usr",
            "usr/bin",
            "usr/lib",
            "usr/lib64",
            "usr/sbin",
            "var",
            "var/tmp");
    private static final Map<String, String> LINKS =
            Map.of("bin", "usr/bin", "lib", "usr/lib", "lib64", "usr/lib64", "sbin", "usr/sbin", "var/run", "/run");
    private static final Map<String, String> FILES = Map.of(
            "etc/group",
            "root:x:0:\ntty:x:5:\nuser:x:1000:\nnogroup:x:65534:\n",
            "etc/hostname",
            "sourceos\n",
            "etc/hosts",
            "127.0.0.1 localhost\n::1 localhost\n",
            "etc/nsswitch.conf",
            "passwd: files\ngroup: files\nhosts: files dns\n",
            "etc/passwd",
            "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/home/user:/bin/sh\n"
                    + "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");

    private Skeleton() {}

    static LayerIndex index() {
        SortedMap<TreePath, FileEntry> entries = new TreeMap<>();
        add(entries, "", new FileKind.Directory(), 0755);
        for (String folder : FOLDERS) {
            boolean shared = folder.endsWith("tmp");
            add(entries, folder, new FileKind.Directory(), shared ? 01777 : folder.equals("root") ? 0700 : 0755);
        }
        LINKS.forEach((name, target) ->
                add(entries, name, new FileKind.Symlink(target.getBytes(StandardCharsets.UTF_8)), 0777));
        FILES.forEach((name, text) -> add(entries, name, new FileKind.Regular(new Text(text)), 0644));
        return new LayerIndex("skeleton", entries);
    }

    private static void add(SortedMap<TreePath, FileEntry> entries, String path, FileKind kind, int mode) {
        TreePath place = TreePath.of(path);
        entries.put(place, new FileEntry(place, kind, FileMetadata.ofRoot(mode)));
    }

    private record Text(String text) implements FileContent {
        @Override
        public long size() {
            return text.getBytes(StandardCharsets.UTF_8).length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
