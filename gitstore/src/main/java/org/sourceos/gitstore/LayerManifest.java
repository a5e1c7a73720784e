package org.sourceos.gitstore;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.sourceos.gitstore.git.CorruptObjectException;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.TreePath;

/**
 * The file {@code manifest} of a layer: a header with the layer's digest and size, and one {@link Mtree} line for every entry
 * of which git's tree does not say everything, sorted by path.
 *
 * @param files how many entries the layer has
 * @param bytes of its regular files
 */
record LayerManifest(Digest digest, long files, long bytes, SortedMap<TreePath, Mtree.Line> lines) {
    private static final int SCHEMA = 1;
    private static final String FIRST_LINE = "#mtree";
    private static final String SCHEMA_LINE = "# sourceos-layer ";
    private static final int HEADER_LINES = 5;

    /** A manifest as it is stored, and what its header says. */
    record Written(byte[] content, Digest digest, long files, long bytes) {}

    /** Of a layer's entries, all of them and sorted by path. */
    static Written write(List<FileEntry> entries, Function<FileContent, Digest> sha256) {
        StringBuilder lines = new StringBuilder();
        long bytes = 0;
        for (FileEntry entry : entries) {
            lines.append(Mtree.exceptions(entry));
            if (entry.kind() instanceof FileKind.Regular regular) {
                bytes += regular.content().size();
            }
        }
        Digest digest = digest(entries, sha256);
        String text = FIRST_LINE + "\n" + SCHEMA_LINE + SCHEMA + "\n# sha256 " + digest + "\n# files " + entries.size()
                + "\n# bytes " + bytes + "\n" + lines;
        return new Written(text.getBytes(StandardCharsets.US_ASCII), digest, entries.size(), bytes);
    }

    /** SHA-256 over the schema's line and then the full line of each entry, sorted by path. */
    static Digest digest(List<FileEntry> entries, Function<FileContent, Digest> sha256) {
        MessageDigest digest = Digest.newMessageDigest();
        digest.update((SCHEMA_LINE + SCHEMA + "\n").getBytes(StandardCharsets.US_ASCII));
        for (FileEntry entry : entries) {
            digest.update(Mtree.full(entry, sha256).getBytes(StandardCharsets.US_ASCII));
        }
        return Digest.finish(digest);
    }

    /** Reads what {@link #write} wrote; anything else is a {@link CorruptObjectException} that says which line. */
    static LayerManifest parse(byte[] content) throws CorruptObjectException {
        String[] lines = new String(content, StandardCharsets.ISO_8859_1).split("\n", -1);
        int at = 0;
        try {
            if (lines.length <= HEADER_LINES || !lines[0].equals(FIRST_LINE) || !lines[1].startsWith(SCHEMA_LINE)) {
                throw new CorruptObjectException("not the manifest of a layer");
            }
            int schema = Integer.parseInt(value(lines[1], SCHEMA_LINE));
            if (schema != SCHEMA) {
                throw new CorruptObjectException("a layer of schema " + schema + "; this version of SourceOS reads "
                        + SCHEMA + ", use the one that wrote it");
            }
            Digest digest = new Digest(value(lines[2], "# sha256 "));
            long files = Long.parseLong(value(lines[3], "# files "));
            long bytes = Long.parseLong(value(lines[4], "# bytes "));
            SortedMap<TreePath, Mtree.Line> entries = new TreeMap<>();
            for (at = HEADER_LINES; at < lines.length - 1; at++) {
                Mtree.Line line = Mtree.parse(lines[at]);
                if (entries.put(line.path(), line) != null) {
                    throw new IllegalArgumentException("a second line for " + line.path());
                }
            }
            if (!lines[lines.length - 1].isEmpty()) {
                throw new IllegalArgumentException("the last line has no end");
            }
            return new LayerManifest(digest, files, bytes, entries);
        } catch (IllegalArgumentException e) {
            throw new CorruptObjectException(
                    "the manifest of a layer is broken in line " + (at + 1) + ": " + e.getMessage(), e);
        }
    }

    private static String value(String line, String prefix) {
        if (!line.startsWith(prefix)) {
            throw new IllegalArgumentException("no line '" + prefix + "…'");
        }
        return line.substring(prefix.length());
    }
}
