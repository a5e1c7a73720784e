package org.sourceos.gitstore.tree;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The place of a file inside a tree: bytes, as Linux has them, components joined by {@code /}, relative to the tree's root
 * (which is the empty path). No component is empty, {@code .} or {@code ..}, and none contains NUL; so a path can never
 * leave its tree. Ordered by unsigned bytes, with {@code /} before every other byte, so that a folder comes before what is
 * in it and that before its siblings.
 */
public final class TreePath implements Comparable<TreePath> {
    public static final TreePath ROOT = new TreePath(new byte[0]);

    private final byte[] bytes;

    private TreePath(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Fails with {@link IllegalArgumentException} on anything but a clean relative path. */
    public static TreePath of(byte[] path) {
        int start = 0;
        for (int i = 0; i <= path.length; i++) {
            if (i == path.length || path[i] == '/') {
                int length = i - start;
                boolean dots =
                        length > 0 && path[start] == '.' && (length == 1 || (length == 2 && path[start + 1] == '.'));
                if ((length == 0 && path.length > 0) || dots) {
                    throw new IllegalArgumentException("not a path inside a tree: " + display(path));
                }
                start = i + 1;
            } else if (path[i] == 0) {
                throw new IllegalArgumentException("a path with a NUL byte: " + display(path));
            }
        }
        return path.length == 0 ? ROOT : new TreePath(path.clone());
    }

    public static TreePath of(String path) {
        return of(path.getBytes(StandardCharsets.UTF_8));
    }

    public boolean isRoot() {
        return bytes.length == 0;
    }

    /** Fails with {@link IllegalArgumentException} on anything but one component, or several joined by {@code /}. */
    public TreePath child(byte[] name) {
        TreePath below = of(name);
        if (isRoot()) {
            return below;
        }
        if (below.isRoot()) {
            throw new IllegalArgumentException("a name without a byte, in " + this);
        }
        byte[] joined = Arrays.copyOf(bytes, bytes.length + 1 + name.length);
        joined[bytes.length] = '/';
        System.arraycopy(name, 0, joined, bytes.length + 1, name.length);
        return new TreePath(joined);
    }

    public TreePath child(String name) {
        return child(name.getBytes(StandardCharsets.UTF_8));
    }

    /** The folder this path is in; the root is its own parent. */
    public TreePath parent() {
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (bytes[i] == '/') {
                return new TreePath(Arrays.copyOf(bytes, i));
            }
        }
        return ROOT;
    }

    /** The last component; empty for the root. */
    public byte[] name() {
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (bytes[i] == '/') {
                return Arrays.copyOfRange(bytes, i + 1, bytes.length);
            }
        }
        return bytes.clone();
    }

    public byte[] toBytes() {
        return bytes.clone();
    }

    /** Whether {@code other} is this path or lies below it. */
    public boolean contains(TreePath other) {
        return isRoot()
                || (other.bytes.length >= bytes.length
                        && Arrays.equals(other.bytes, 0, bytes.length, bytes, 0, bytes.length)
                        && (other.bytes.length == bytes.length || other.bytes[bytes.length] == '/'));
    }

    @Override
    public int compareTo(TreePath other) {
        int common = Math.min(bytes.length, other.bytes.length);
        for (int i = 0; i < common; i++) {
            if (bytes[i] != other.bytes[i]) {
                return Integer.compare(rank(bytes[i]), rank(other.bytes[i]));
            }
        }
        return Integer.compare(bytes.length, other.bytes.length);
    }

    private static int rank(byte b) {
        return b == '/' ? 0 : Byte.toUnsignedInt(b);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TreePath path && Arrays.equals(bytes, path.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** For messages and for names known to be text: bytes that are not printable ASCII or well-formed UTF-8 become {@code \ooo}. */
    @Override
    public String toString() {
        return display(bytes);
    }

    private static String display(byte[] path) {
        String text = new String(path, StandardCharsets.UTF_8);
        boolean faithful = Arrays.equals(text.getBytes(StandardCharsets.UTF_8), path)
                && text.codePoints().noneMatch(Character::isISOControl);
        if (faithful) {
            return text;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte b : path) {
            if (b > ' ' && b < 0x7f) {
                out.write(b);
            } else {
                out.writeBytes(String.format("\\%03o", Byte.toUnsignedInt(b)).getBytes(StandardCharsets.US_ASCII));
            }
        }
        return out.toString(StandardCharsets.US_ASCII);
    }
}
