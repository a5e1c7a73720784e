package org.sourceos.gitstore;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/**
 * File names as git's trees may hold them. Git refuses names that could become its own folder on some file system, and
 * {@code git fsck} reads or objects to files of certain names; such a name is stored as a prefix and its bytes in hex.
 *
 * <p>What is escaped is a little more than what git objects to ({@code is_hfs_dotgit}, {@code is_ntfs_dotgit} and their
 * kin), so that the rule can be said in a few lines; a name is what it is, whatever it is escaped to.
 */
final class GitNames {
    private static final byte[] PREFIX = ".sourceos-escaped.".getBytes(StandardCharsets.US_ASCII);
    private static final Set<String> RESERVED =
            Set.of(".git", ".gitmodules", ".gitattributes", ".gitignore", ".mailmap");

    private GitNames() {}

    static byte[] escape(byte[] name) {
        if (!isRefused(name)) {
            return name;
        }
        byte[] hex = HexFormat.of().formatHex(name).getBytes(StandardCharsets.US_ASCII);
        byte[] escaped = Arrays.copyOf(PREFIX, PREFIX.length + hex.length);
        System.arraycopy(hex, 0, escaped, PREFIX.length, hex.length);
        return escaped;
    }

    /** Fails with {@link IllegalArgumentException} on what {@link #escape} never makes. */
    static byte[] unescape(byte[] name) {
        if (!startsWith(name, PREFIX)) {
            return name;
        }
        String hex = new String(name, PREFIX.length, name.length - PREFIX.length, StandardCharsets.US_ASCII);
        byte[] original = HexFormat.of().parseHex(hex);
        if (!Arrays.equals(escape(original), name)) {
            throw new IllegalArgumentException("an escaped name that needs no escape: " + hex);
        }
        return original;
    }

    private static boolean isRefused(byte[] name) {
        if (startsWith(name, PREFIX)) {
            return true;
        }
        byte first = name.length == 0 ? 0 : name[0];
        boolean plain = true;
        for (byte b : name) {
            plain &= b >= 0 && b != '~' && b != '\\';
        }
        if (plain && first != '.') {
            return false;
        }
        // NTFS takes a backslash for a separator, so each piece could be a name of its own there.
        for (String piece : withoutIgnorable(name).split("\\\\")) {
            if (isReserved(piece)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isReserved(String piece) {
        int colon = piece.indexOf(':');
        String name = colon < 0 ? piece : piece.substring(0, colon);
        int end = name.length();
        while (end > 0 && (name.charAt(end - 1) == '.' || name.charAt(end - 1) == ' ')) {
            end--;
        }
        boolean shortName = (name.startsWith("gi") || name.startsWith("ma")) && name.indexOf('~') >= 0;
        return shortName || RESERVED.contains(name.substring(0, end));
    }

    /** Lower case of ASCII, and without the code points that HFS+ ignores: U+200C–F, U+202A–E, U+206A–F, U+FEFF. */
    private static String withoutIgnorable(byte[] name) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        for (int i = 0; i < name.length; i++) {
            if (i + 2 < name.length && isIgnorable(name[i], name[i + 1], name[i + 2])) {
                i += 2;
            } else {
                kept.write(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
            }
        }
        return kept.toString(StandardCharsets.ISO_8859_1);
    }

    private static boolean isIgnorable(byte a, byte b, byte c) {
        int point = ((a & 0xff) << 16) | ((b & 0xff) << 8) | (c & 0xff);
        return (point >= 0xe2808c && point <= 0xe2808f)
                || (point >= 0xe280aa && point <= 0xe280ae)
                || (point >= 0xe281aa && point <= 0xe281af)
                || point == 0xefbbbf;
    }

    private static boolean startsWith(byte[] name, byte[] prefix) {
        return name.length >= prefix.length && Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length);
    }
}
