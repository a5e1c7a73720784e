package org.sourceos.gitstore;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileMetadata;
import org.sourceos.gitstore.tree.TreePath;

/**
 * One entry as one line in the style of {@code mtree(5)}: {@code ./usr/bin/sudo type=file mode=04755}. In two forms: in full
 * (what the layer's digest is computed over, see {@code docs/decisions/0001}) and with only what git's tree does not say.
 *
 * <p>Names, link targets and attribute names are in {@code vis(3)}'s octal style: every byte that is not printable ASCII, and
 * {@code \ # = * ? [} and space, is a backslash and three octal digits.
 */
final class Mtree {
    private static final String XATTR = "xattr.";
    private static final boolean[] PLAIN = plain();

    private Mtree() {}

    /** The entry with every property spelled out; ends with a newline. */
    static String full(FileEntry entry, Function<FileContent, Digest> sha256) {
        StringBuilder line = new StringBuilder(path(entry.path()));
        FileMetadata metadata = entry.metadata();
        FileKind kind = entry.kind();
        if (kind instanceof FileKind.HardLink link) {
            // Everything else is its target's and stands there.
            return line.append(" type=file hardlink=")
                    .append(path(link.target()))
                    .append('\n')
                    .toString();
        }
        line.append(" type=").append(type(kind));
        if (!(kind instanceof FileKind.Symlink)) {
            line.append(" mode=").append(octal(metadata.mode()));
        }
        line.append(" uid=").append(metadata.uid()).append(" gid=").append(metadata.gid());
        if (kind instanceof FileKind.Regular regular) {
            line.append(" size=").append(regular.content().size());
            line.append(" sha256=").append(sha256.apply(regular.content()));
        } else if (kind instanceof FileKind.Symlink symlink) {
            line.append(" link=").append(vis(symlink.target()));
        }
        appendDevice(line, kind);
        appendXattrs(line, metadata);
        return line.append('\n').toString();
    }

    /** The entry with what git's tree cannot say of it; empty when that says everything. Ends with a newline. */
    static String exceptions(FileEntry entry) {
        StringBuilder line = new StringBuilder();
        FileMetadata metadata = entry.metadata();
        FileKind kind = entry.kind();
        if (kind instanceof FileKind.HardLink link) {
            return path(entry.path()) + " type=file hardlink=" + path(link.target()) + "\n";
        }
        boolean onlyHere = kind instanceof FileKind.Device || kind instanceof FileKind.Fifo;
        if (onlyHere || metadata.mode() != plainMode(kind, metadata)) {
            line.append(" mode=").append(octal(metadata.mode()));
        }
        if (metadata.uid() != 0) {
            line.append(" uid=").append(metadata.uid());
        }
        if (metadata.gid() != 0) {
            line.append(" gid=").append(metadata.gid());
        }
        appendDevice(line, kind);
        appendXattrs(line, metadata);
        return line.isEmpty() ? "" : path(entry.path()) + " type=" + type(kind) + line + "\n";
    }

    /** The mode that git's tree implies for a file of this kind and executable bit. */
    static int plainMode(FileKind kind, FileMetadata metadata) {
        if (kind instanceof FileKind.Symlink) {
            return 0777;
        }
        return kind instanceof FileKind.Directory || (metadata.mode() & 0100) != 0 ? 0755 : 0644;
    }

    static String type(FileKind kind) {
        if (kind instanceof FileKind.Directory) {
            return "dir";
        }
        if (kind instanceof FileKind.Symlink) {
            return "link";
        }
        if (kind instanceof FileKind.Fifo) {
            return "fifo";
        }
        if (kind instanceof FileKind.Device device) {
            return device.character() ? "char" : "block";
        }
        return "file";
    }

    private static void appendDevice(StringBuilder line, FileKind kind) {
        if (kind instanceof FileKind.Device device) {
            line.append(" device=linux,").append(device.major()).append(',').append(device.minor());
        }
    }

    private static void appendXattrs(StringBuilder line, FileMetadata metadata) {
        metadata.xattrs()
                .forEach((name, value) -> line.append(' ')
                        .append(XATTR)
                        .append(vis(name.getBytes(StandardCharsets.UTF_8)))
                        .append('=')
                        .append(Base64.getEncoder().encodeToString(value)));
    }

    private static String octal(int mode) {
        return "0" + Integer.toOctalString(mode);
    }

    private static String path(TreePath path) {
        return path.isRoot() ? "." : "./" + vis(path.toBytes());
    }

    private static boolean isPlain(byte b) {
        return b >= 0 && PLAIN[b];
    }

    private static boolean[] plain() {
        boolean[] plain = new boolean[128];
        for (int c = '!'; c <= '~'; c++) {
            plain[c] = "\\#=*?[".indexOf(c) < 0;
        }
        return plain;
    }

    private static boolean isPlain(byte[] bytes) {
        for (byte b : bytes) {
            if (!isPlain(b)) {
                return false;
            }
        }
        return true;
    }

    static String vis(byte[] bytes) {
        if (isPlain(bytes)) {
            return new String(bytes, StandardCharsets.US_ASCII);
        }
        StringBuilder text = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            if (isPlain(b)) {
                text.append((char) b);
            } else {
                text.append('\\')
                        .append((char) ('0' + ((b >> 6) & 3)))
                        .append((char) ('0' + ((b >> 3) & 7)))
                        .append((char) ('0' + (b & 7)));
            }
        }
        return text.toString();
    }

    static byte[] unvis(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7f) {
                throw new IllegalArgumentException("a character that should have been escaped: " + (int) c);
            }
            if (c != '\\') {
                bytes.write(c);
                continue;
            }
            if (i + 3 >= text.length() || !text.substring(i + 1, i + 4).matches("[0-3][0-7]{2}")) {
                throw new IllegalArgumentException("a broken escape in '" + text + "'");
            }
            bytes.write(Integer.parseInt(text.substring(i + 1, i + 4), 8));
            i += 3;
        }
        return bytes.toByteArray();
    }

    /** A parsed line: the keywords that stand in it, attributes apart. */
    record Line(TreePath path, Map<String, String> keywords, SortedMap<String, byte[]> xattrs) {
        String type() {
            return keywords.getOrDefault("type", "file");
        }

        /** The metadata of an entry for which git's tree implies {@code plainMode}. */
        FileMetadata metadata(int plainMode) {
            String mode = keywords.get("mode");
            return new FileMetadata(mode == null ? plainMode : Integer.parseInt(mode, 8), id("uid"), id("gid"), xattrs);
        }

        private long id(String keyword) {
            long id = Long.parseLong(keywords.getOrDefault(keyword, "0"));
            if (id < 0 || id > 0xffffffffL) {
                throw new IllegalArgumentException("not a user or group number: " + id);
            }
            return id;
        }

        /** What it is, where git's tree has nothing of that name. */
        FileKind kind() {
            String link = keywords.get("hardlink");
            if (link != null) {
                return new FileKind.HardLink(parsePath(link));
            }
            return switch (type()) {
                case "fifo" -> new FileKind.Fifo();
                case "char", "block" -> device();
                default -> throw new IllegalArgumentException("git's tree has no " + path);
            };
        }

        private FileKind.Device device() {
            String[] numbers = keywords.getOrDefault("device", "").split(",", -1);
            if (numbers.length != 3 || !numbers[0].equals("linux")) {
                throw new IllegalArgumentException("a device without numbers: " + path);
            }
            return new FileKind.Device(
                    type().equals("char"), Integer.parseInt(numbers[1]), Integer.parseInt(numbers[2]));
        }
    }

    /** Fails with {@link IllegalArgumentException} on anything that {@link #exceptions} does not write. */
    static Line parse(String line) {
        String[] words = line.split(" ");
        Map<String, String> keywords = new LinkedHashMap<>();
        SortedMap<String, byte[]> xattrs = new TreeMap<>();
        for (int i = 1; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException("not keyword=value: '" + words[i] + "'");
            }
            String keyword = words[i].substring(0, equals);
            String value = words[i].substring(equals + 1);
            if (keyword.startsWith(XATTR)) {
                String name = new String(unvis(keyword.substring(XATTR.length())), StandardCharsets.UTF_8);
                xattrs.put(name, Base64.getDecoder().decode(value));
            } else {
                keywords.put(keyword, value);
            }
        }
        return new Line(parsePath(words[0]), keywords, xattrs);
    }

    private static TreePath parsePath(String text) {
        if (text.equals(".")) {
            return TreePath.ROOT;
        }
        if (!text.startsWith("./")) {
            throw new IllegalArgumentException("a path that does not begin with ./: '" + text + "'");
        }
        return TreePath.of(unvis(text.substring(2)));
    }
}
