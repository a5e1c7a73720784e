package org.sourceos.rebuild.source;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.io.input.BoundedInputStream;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileMetadata;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.TreePath;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.RebuildException.Kind;

/** The files of a commit, from what {@code git ls-tree -rtz} and {@code git cat-file --batch=%(objectsize)} wrote. */
final class GitFiles implements FileTree {
    private static final int LONGEST_LINK = 4096;

    /** An entry of the listing. */
    record Item(String mode, String object, TreePath path) {
        boolean isBlob() {
            return !mode.equals("040000");
        }
    }

    private final List<FileEntry> entries;

    private GitFiles(List<FileEntry> entries) {
        this.entries = entries;
    }

    static List<Item> parse(String what, byte[] listing) throws RebuildException {
        List<Item> items = new ArrayList<>();
        int start = 0;
        for (int end = 0; end < listing.length; end++) {
            if (listing[end] == 0) {
                items.add(item(what, Arrays.copyOfRange(listing, start, end)));
                start = end + 1;
            }
        }
        return items;
    }

    private static Item item(String what, byte[] line) throws RebuildException {
        int tab = 0;
        while (tab < line.length && line[tab] != '\t') {
            tab++;
        }
        String[] words = new String(line, 0, tab, StandardCharsets.US_ASCII).split(" ");
        if (words.length != 3 || tab + 1 >= line.length || !words[2].matches("[0-9a-f]{40}")) {
            throw new RebuildException(Kind.FETCH_FAILED, what + ": git's listing of the commit cannot be understood");
        }
        byte[] name = Arrays.copyOfRange(line, tab + 1, line.length);
        if (words[1].equals("commit")) {
            throw new RebuildException(
                    Kind.UNUSABLE,
                    what + ": it has a submodule at " + new String(name, StandardCharsets.UTF_8)
                            + ", and submodules are not fetched; use upstream's release archive, or make the submodule a"
                            + " source of its own");
        }
        try {
            return new Item(words[0], words[2], TreePath.of(name));
        } catch (IllegalArgumentException e) {
            throw new RebuildException(Kind.FETCH_FAILED, what + ": " + e.getMessage(), e);
        }
    }

    /** Finds where in {@code contents} each blob's bytes are. */
    static GitFiles of(List<Item> items, Path contents) throws IOException {
        List<FileEntry> entries = new ArrayList<>();
        entries.add(new FileEntry(TreePath.ROOT, new FileKind.Directory(), FileMetadata.ofRoot(0755)));
        try (RandomAccessFile file = new RandomAccessFile(contents.toFile(), "r")) {
            for (Item item : items) {
                if (!item.isBlob()) {
                    entries.add(new FileEntry(item.path(), new FileKind.Directory(), FileMetadata.ofRoot(0755)));
                    continue;
                }
                String size = file.readLine();
                if (size == null || !size.matches("\\d{1,18}")) {
                    throw new IOException("git did not give the file " + item.path() + " (" + item.object() + ")");
                }
                Slice slice = new Slice(contents, file.getFilePointer(), Long.parseLong(size));
                entries.add(entry(item, slice));
                file.seek(slice.offset() + slice.size() + 1);
            }
        }
        return new GitFiles(entries);
    }

    private static FileEntry entry(Item item, Slice slice) throws IOException {
        if (item.mode().equals("120000")) {
            if (slice.size() > LONGEST_LINK) {
                throw new IOException("the symbolic link " + item.path() + " is longer than Linux allows");
            }
            try (InputStream in = slice.open()) {
                return new FileEntry(item.path(), new FileKind.Symlink(in.readAllBytes()), FileMetadata.ofRoot(0777));
            }
        }
        int mode = item.mode().equals("100755") ? 0755 : 0644;
        return new FileEntry(item.path(), new FileKind.Regular(slice), FileMetadata.ofRoot(mode));
    }

    @Override
    public void visit(Visitor visitor) throws IOException {
        for (FileEntry entry : entries) {
            visitor.entry(entry);
        }
    }

    private record Slice(Path file, long offset, long size) implements FileContent {
        @Override
        public InputStream open() throws IOException {
            java.nio.channels.SeekableByteChannel channel = Files.newByteChannel(file);
            channel.position(offset);
            return BoundedInputStream.builder()
                    .setInputStream(new BufferedInputStream(Channels.newInputStream(channel)))
                    .setMaxCount(size)
                    .get();
        }
    }
}
