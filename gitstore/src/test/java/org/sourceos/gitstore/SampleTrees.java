package org.sourceos.gitstore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileMetadata;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.InMemoryContent;
import org.sourceos.gitstore.tree.ListTree;
import org.sourceos.gitstore.tree.TreePath;

/** Trees with everything that is hard about trees, and a way to compare them. */
public final class SampleTrees {
    private static final String[] HARD_NAMES = {
        ".git",
        ".GIT",
        ".gIt ",
        "git~1",
        ".gitmodules",
        ".gitattributes",
        "GITMOD~1",
        ".git\u200c",
        "a\\.git",
        ".git::$x",
        ".sourceos-escaped.2e676974",
        ".sourceos-escaped.zz",
        "name with space",
        "#hash",
        "a=b",
        "star*",
        "new\nline",
        "tab\t",
        "back\\slash",
        "-dash",
        "..double",
        "...",
        "ümlaut",
        "\u007f",
        ".mailmap",
        ".gitignore"
    };

    private SampleTrees() {}

    /** One of each kind. */
    public static FileTree everything() {
        ListTree.Builder tree = ListTree.builder();
        tree.directory("", 0755)
                .directory("empty", 0755)
                .directory("private", 0700)
                .directory("tmp", 01777);
        tree.file("bin/tool", 0755, "#!/bin/sh\n")
                .file("etc/passwd", 0644, "root\n")
                .file("etc/shadow", 0640, "x");
        tree.file("bin/sudo", 04755, "setuid")
                .file("zero", 0644, "")
                .file("odd-mode", 0711, "odd")
                .file("none", 0, "0");
        tree.symlink("lib", "usr/lib").symlink("dangling", "/no/where");
        tree.entry(entry("owned", file("mine"), new FileMetadata(0600, 1000, 70000, new TreeMap<>())));
        byte[] capability = HexFormat.of().parseHex("0100000200200000000000000000000000000000");
        byte[] acl = HexFormat.of()
                .parseHex("0200000001000600ffffffff02000400e803000004000400ffffffff10000400ffffffff20000000ffffffff");
        tree.entry(entry("bin/ping", file("ping"), xattrs(0755, Map.of("security.capability", capability))));
        tree.entry(entry("acl", file("acl"), xattrs(0640, Map.of("system.posix_acl_access", acl))));
        tree.entry(entry("acl-dir", new FileKind.Directory(), xattrs(0750, Map.of("system.posix_acl_default", acl))));
        tree.entry(entry(
                "xattr", file("x"), xattrs(0644, Map.of("user.empty", new byte[0], "user.binary", bytes(7, 300)))));
        tree.entry(entry("dev/null", new FileKind.Device(true, 1, 3), FileMetadata.ofRoot(0666)));
        tree.entry(entry("dev/sda", new FileKind.Device(false, 8, 300), FileMetadata.ofRoot(0660)));
        tree.entry(entry("fifo", new FileKind.Fifo(), FileMetadata.ofRoot(0600)));
        tree.file("hard/b", 0755, "linked");
        tree.entry(entry("hard/c", new FileKind.HardLink(TreePath.of("hard/b")), FileMetadata.ofRoot(0755)));
        tree.entry(entry("a-link", new FileKind.HardLink(TreePath.of("hard/b")), FileMetadata.ofRoot(0755)));
        tree.entry(entry("fifo2", new FileKind.HardLink(TreePath.of("fifo")), FileMetadata.ofRoot(0600)));
        for (String name : HARD_NAMES) {

            tree.entry(new FileEntry(TreePath.of("files").child(name), file(name), FileMetadata.ofRoot(0644)));
            tree.entry(new FileEntry(
                    TreePath.of("links").child(name), new FileKind.Symlink(bytes(name)), FileMetadata.ofRoot(0777)));
            tree.entry(new FileEntry(
                    TreePath.of("dirs").child(name).child(name), file("inner"), FileMetadata.ofRoot(0644)));
        }
        byte[] latin = {'c', 'a', 'f', (byte) 0xe9};
        tree.entry(
                new FileEntry(TreePath.of("dirs").child(latin).child(latin), file("latin"), FileMetadata.ofRoot(0644)));
        tree.entry(new FileEntry(
                TreePath.of("links").child(latin), new FileKind.Symlink(latin), FileMetadata.ofRoot(0777)));
        tree.entry(new FileEntry(TreePath.of("dirs/" + "n".repeat(255)), file("long"), FileMetadata.ofRoot(0644)));
        for (int size : new int[] {1, 4031, 4032, 4063, 4064, 4065, 4095, 4096, 4097, 8191, 8192, 65536, 100_001}) {
            tree.file("sizes/" + size, 0644, bytes(size, size));
        }
        for (int i = 0; i < 600; i++) {
            tree.file("many/" + "file-with-a-long-enough-name-" + i, 0644, "content " + i % 7);
        }
        return tree.build();
    }

    /** A random tree; the same for the same seed. */
    public static List<FileEntry> random(long seed, int entries) {
        Random random = new Random(seed);
        List<TreePath> folders = new ArrayList<>(List.of(TreePath.ROOT));
        List<FileEntry> linkable = new ArrayList<>();
        Map<TreePath, FileEntry> all = new TreeMap<>();
        all.put(TreePath.ROOT, new FileEntry(TreePath.ROOT, new FileKind.Directory(), metadata(random)));
        for (int i = 0; i < entries; i++) {
            TreePath path = folders.get(random.nextInt(folders.size())).child(name(random));
            if (all.containsKey(path)) {
                continue;
            }
            FileMetadata metadata = metadata(random);
            FileKind kind;
            switch (random.nextInt(9)) {
                case 0, 1 -> {
                    kind = new FileKind.Directory();
                    folders.add(path);
                }
                case 2 -> kind = new FileKind.Symlink(name(random));
                case 3 ->
                    kind = new FileKind.Device(random.nextBoolean(), random.nextInt(4096), random.nextInt(1 << 20));
                case 4 -> kind = new FileKind.Fifo();
                case 5 -> {
                    if (linkable.isEmpty()) {
                        continue;
                    }
                    FileEntry target = linkable.get(random.nextInt(linkable.size()));
                    kind = new FileKind.HardLink(target.path());
                    metadata = target.metadata();
                }
                default ->
                    kind = new FileKind.Regular(new InMemoryContent(
                            bytes(random.nextLong(), random.nextInt(random.nextInt(4) == 0 ? 20000 : 60))));
            }
            FileEntry entry = new FileEntry(path, kind, metadata);
            all.put(path, entry);
            if (!(kind instanceof FileKind.Directory
                    || kind instanceof FileKind.Symlink
                    || kind instanceof FileKind.HardLink)) {
                linkable.add(entry);
            }
        }
        return List.copyOf(all.values());
    }

    private static byte[] name(Random random) {
        if (random.nextInt(4) == 0) {
            return bytes(HARD_NAMES[random.nextInt(HARD_NAMES.length)]);
        }
        byte[] name = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 255 : 6)];
        for (int i = 0; i < name.length; i++) {
            do {
                name[i] = (byte) random.nextInt(256);
            } while (name[i] == 0 || name[i] == '/');
        }
        String text = new String(name, StandardCharsets.ISO_8859_1);
        return text.equals(".") || text.equals("..") ? bytes("dots") : name;
    }

    private static FileMetadata metadata(Random random) {
        TreeMap<String, byte[]> xattrs = new TreeMap<>();
        if (random.nextInt(5) == 0) {
            String[] names = {
                "user.a", "user.long name=#\\", "security.capability", "trusted.t", "system.posix_acl_access"
            };
            for (int i = random.nextInt(3); i >= 0; i--) {
                xattrs.put(
                        names[random.nextInt(names.length)],
                        bytes(random.nextLong(), random.nextInt(i == 0 ? 5000 : 30)));
            }
        }
        boolean plain = random.nextInt(3) == 0;
        int mode = plain ? (random.nextBoolean() ? 0755 : 0644) : random.nextInt(010000);
        return new FileMetadata(
                mode, plain ? 0 : random.nextInt(1 << (random.nextInt(30) + 1)), random.nextInt(3) * 65535L, xattrs);
    }

    /** Every entry as one comparable line, sorted; a hard link under whatever of its names comes first. */
    public static List<String> describe(FileTree tree) throws IOException {
        Map<TreePath, FileEntry> entries = new TreeMap<>();
        Map<TreePath, String> contents = new HashMap<>();
        tree.visit(entry -> {
            entries.put(entry.path(), entry);
            if (entry.kind() instanceof FileKind.Regular regular) {
                contents.put(entry.path(), digest(regular.content()));
            }
        });
        Map<TreePath, TreePath> first = new HashMap<>();
        entries.forEach((path, entry) -> first.merge(target(entry), path, (a, b) -> a.compareTo(b) < 0 ? a : b));
        List<String> lines = new ArrayList<>();
        entries.forEach((path, entry) -> {
            FileEntry file = Objects.requireNonNull(entries.get(target(entry)));
            lines.add(Mtree.vis(path.toBytes()) + " " + describe(file, contents.getOrDefault(file.path(), "")) + " = "
                    + Mtree.vis(Objects.requireNonNull(first.get(file.path())).toBytes()));
        });
        return lines;
    }

    /** The lines in which two trees differ: - for those only the first has, + for the second. */
    public static List<String> differences(FileTree first, FileTree second) throws IOException {
        List<String> a = describe(first);
        List<String> b = describe(second);
        Set<String> inA = Set.copyOf(a);
        Set<String> inB = Set.copyOf(b);
        List<String> lines = new ArrayList<>();
        a.stream().filter(line -> !inB.contains(line)).forEach(line -> lines.add("- " + line));
        b.stream().filter(line -> !inA.contains(line)).forEach(line -> lines.add("+ " + line));
        return lines;
    }

    private static TreePath target(FileEntry entry) {
        return entry.kind() instanceof FileKind.HardLink link ? link.target() : entry.path();
    }

    private static String describe(FileEntry entry, String content) {
        FileMetadata m = entry.metadata();
        StringBuilder text = new StringBuilder(Mtree.type(entry.kind()));
        if (entry.kind() instanceof FileKind.Symlink link) {
            text.append(' ').append(Mtree.vis(link.target()));
        } else {
            text.append(' ').append(Integer.toOctalString(m.mode()));
        }
        if (entry.kind() instanceof FileKind.Device device) {
            text.append(' ').append(device.major()).append(',').append(device.minor());
        }
        text.append(' ').append(m.uid()).append(':').append(m.gid());
        m.xattrs()
                .forEach((name, value) -> text.append(' ')
                        .append(name)
                        .append('=')
                        .append(Base64.getEncoder().encodeToString(value)));
        return text + (content.isEmpty() ? "" : " " + content);
    }

    private static String digest(FileContent content) throws IOException {
        try (var in = content.open()) {
            byte[] bytes = in.readAllBytes();
            return bytes.length == content.size() ? Digest.of(bytes).hex() : "wrong size";
        }
    }

    public static FileEntry entry(String path, FileKind kind, FileMetadata metadata) {
        return new FileEntry(TreePath.of(path), kind, metadata);
    }

    static FileKind file(String content) {
        return new FileKind.Regular(new InMemoryContent(bytes(content)));
    }

    private static FileMetadata xattrs(int mode, Map<String, byte[]> xattrs) {
        return new FileMetadata(mode, 0, 0, new TreeMap<>(xattrs));
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Random bytes, half of them compressible. */
    public static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        Arrays.fill(bytes, length / 2, length, (byte) 'z');
        return bytes;
    }
}
