package org.sourceos.gitstore.git;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.sourceos.gitstore.ObjectName;

/** A tree object's entries, in git's order: by bytes, a folder as if its name ended with a slash. */
public record GitTree(List<Entry> entries) {
    public static final int DIRECTORY = 040000;
    public static final int FILE = 0100644;
    public static final int EXECUTABLE = 0100755;
    public static final int SYMLINK = 0120000;
    /** A commit of another repository; the store never writes one, somebody else may. */
    public static final int SUBMODULE = 0160000;

    /** One name. {@code mode} is one of the constants above, or what somebody else's git wrote. */
    public record Entry(int mode, byte[] name, ObjectName object) {
        public boolean isDirectory() {
            return mode == DIRECTORY;
        }

        public String text() {
            return new String(name, StandardCharsets.UTF_8);
        }
    }

    public GitTree {
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(GitTree::order);
        entries = Collections.unmodifiableList(sorted);
    }

    private static int order(Entry a, Entry b) {
        int common = Math.min(a.name.length, b.name.length);
        int order = Arrays.compareUnsigned(a.name, 0, common, b.name, 0, common);
        return order != 0 ? order : Integer.compare(after(a, common), after(b, common));
    }

    private static int after(Entry entry, int at) {
        return at < entry.name.length ? Byte.toUnsignedInt(entry.name[at]) : entry.isDirectory() ? '/' : 0;
    }

    public Optional<Entry> find(byte[] name) {
        return entries.stream().filter(entry -> Arrays.equals(entry.name, name)).findFirst();
    }

    public Optional<Entry> find(String name) {
        return find(name.getBytes(StandardCharsets.UTF_8));
    }

    public byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Entry entry : entries) {
            out.writeBytes(Integer.toOctalString(entry.mode).getBytes(StandardCharsets.US_ASCII));
            out.write(' ');
            out.writeBytes(entry.name);
            out.write(0);
            out.writeBytes(Sha1.bytes(entry.object));
        }
        return out.toByteArray();
    }

    public static GitTree parse(byte[] tree) throws CorruptObjectException {
        List<Entry> entries = new ArrayList<>();
        int at = 0;
        while (at < tree.length) {
            int mode = 0;
            int start = at;
            while (at < tree.length && tree[at] >= '0' && tree[at] <= '7' && at - start < 7) {
                mode = mode * 8 + tree[at++] - '0';
            }
            int nameStart = at + 1;
            int end = nameStart;
            while (end < tree.length && tree[end] != 0) {
                end++;
            }
            if (at == start || at >= tree.length || tree[at] != ' ' || end == nameStart || end + 21 > tree.length) {
                throw new CorruptObjectException("a tree with a broken entry");
            }
            entries.add(new Entry(
                    mode,
                    Arrays.copyOfRange(tree, nameStart, end),
                    Sha1.name(Arrays.copyOfRange(tree, end + 1, end + 21))));
            at = end + 21;
        }
        return new GitTree(entries);
    }
}
