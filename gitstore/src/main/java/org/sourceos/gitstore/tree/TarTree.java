package org.sourceos.gitstore.tree;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tar archive (POSIX ustar and pax, GNU, old V7), plain or compressed with gzip, bzip2, xz or zstd, which is found out
 * from its first bytes. Names and attributes are bytes as in the archive, {@code SCHILY.xattr.*} included.
 *
 * <p>An archive is foreign: absolute names, {@code ..}, names below something that is no folder, two entries of one name
 * that contradict each other, links to nothing and archives above the {@link TarLimits} are refused with an
 * {@link IOException} that names the entry. Folders an archive does not name are root's, mode 0755; one it names after what
 * is in it is visited again with its own metadata. Contents are read once, while they are visited.
 */
public final class TarTree implements FileTree {
    /** Opens the archive. */
    @FunctionalInterface
    public interface Archive {
        InputStream open() throws IOException;
    }

    private final String description;
    private final Archive archive;
    private final TarLimits limits;

    /** @param description what messages call the archive */
    public TarTree(String description, Archive archive, TarLimits limits) {
        this.description = description;
        this.archive = archive;
        this.limits = limits;
    }

    /** An archive in a file; can be visited again. */
    public static TarTree of(Path file) {
        return new TarTree(file.toString(), () -> Files.newInputStream(file), TarLimits.DEFAULT);
    }

    @Override
    public void visit(Visitor visitor) throws IOException {
        try (InputStream raw = new BufferedInputStream(archive.open(), 1 << 16);
                InputStream plain = Decompression.of(raw)) {
            new Unpacking(new TarReader(plain), visitor).run();
        } catch (RefusedException e) {
            throw new IOException("the archive " + description + " is refused: " + e.getMessage(), e);
        } catch (java.io.EOFException e) {
            throw new IOException("the archive " + description + " is cut short; fetch it again", e);
        } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
            // What the decompressors throw at some broken input.
            throw new IOException("the archive " + description + " is damaged: " + e.getMessage(), e);
        }
    }

    /** Says why an archive is not taken; the archive's name is added where that is known. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    private final class Unpacking {
        private final TarReader reader;
        private final Visitor visitor;
        private final Map<TreePath, FileEntry> seen = new HashMap<>();
        private long entries;
        private long bytes;

        Unpacking(TarReader reader, Visitor visitor) {
            this.reader = reader;
            this.visitor = visitor;
        }

        void run() throws IOException {
            for (TarReader.Header header = reader.next(); header != null; header = reader.next()) {
                count(header);
                TreePath path = path(header.name(), "name");
                visit(path, header);
            }
            if (seen.isEmpty()) {
                emit(folder(TreePath.ROOT));
            }
        }

        private void count(TarReader.Header header) throws IOException {
            entries++;
            bytes += header.size();
            if (entries > limits.entries() || bytes > limits.bytes() || bytes < 0) {
                throw new RefusedException(
                        "it unpacks to more than " + limits.entries() + " files or " + (limits.bytes() >> 20) + " MiB");
            }
        }

        private void visit(TreePath path, TarReader.Header header) throws IOException {
            FileKind kind = kind(path, header);
            FileEntry entry = new FileEntry(path, kind, metadata(kind, header));
            FileEntry before = seen.get(path);
            if (before != null) {
                if (!isFolder(before) || !isFolder(entry)) {
                    throw new RefusedException("it has two entries named " + path);
                }
                if (!same(before.metadata(), entry.metadata())) {
                    emit(entry);
                }
                return;
            }
            parents(path);
            emit(entry);
        }

        private void parents(TreePath path) throws IOException {
            if (path.isRoot()) {
                return;
            }
            TreePath parent = path.parent();
            FileEntry known = seen.get(parent);
            if (known == null) {
                parents(parent);
                emit(folder(parent));
            } else if (!isFolder(known)) {
                throw new RefusedException(path + " would lie below " + parent + ", which is no folder");
            }
        }

        private void emit(FileEntry entry) throws IOException {
            // The content of a visited file is not needed any more, and must not be kept.
            seen.put(
                    entry.path(),
                    entry.kind() instanceof FileKind.Regular
                            ? new FileEntry(entry.path(), new FileKind.Fifo(), entry.metadata())
                            : entry);
            visitor.entry(entry);
        }

        private FileEntry folder(TreePath path) {
            return new FileEntry(path, new FileKind.Directory(), FileMetadata.ofRoot(0755));
        }

        private FileMetadata metadata(FileKind kind, TarReader.Header header) {
            if (kind instanceof FileKind.HardLink link) {
                FileEntry target = seen.get(link.target());
                if (target != null) {
                    return target.metadata();
                }
            }
            return new FileMetadata(header.mode() & 07777, header.uid(), header.gid(), header.xattrs());
        }

        private FileKind kind(TreePath path, TarReader.Header header) throws IOException {
            switch (header.type()) {
                case '5':
                    return new FileKind.Directory();
                case '2':
                    if (header.linkName().length == 0) {
                        throw new RefusedException(path + " is a link to nothing");
                    }
                    return new FileKind.Symlink(header.linkName());
                case '1':
                    return hardLink(path, header);
                case '3', '4':
                    return new FileKind.Device(header.type() == '3', header.major(), header.minor());
                case '6':
                    return new FileKind.Fifo();
                case '0', '7', 0:
                    boolean slash = header.name().length > 0 && header.name()[header.name().length - 1] == '/';
                    // Before POSIX there was no type for folders: a slash at the end said it.
                    return slash && header.size() == 0
                            ? new FileKind.Directory()
                            : new FileKind.Regular(new Once(header.size(), path));
                default:
                    throw new RefusedException(
                            path + " is of type '" + (char) header.type() + "', which is not supported"
                                    + " (sparse files and multi-volume archives are not); pack it again with --format=pax");
            }
        }

        private FileKind hardLink(TreePath path, TarReader.Header header) throws IOException {
            TreePath target = path(header.linkName(), "link target");
            FileEntry linked = seen.get(target);
            if (linked == null || isFolder(linked)) {
                throw new RefusedException(path + " is a link to " + target + ", which is no file that came before it");
            }
            if (linked.kind() instanceof FileKind.Symlink symlink) {
                return symlink;
            }
            return linked.kind() instanceof FileKind.HardLink further ? further : new FileKind.HardLink(target);
        }

        private TreePath path(byte[] name, String what) throws IOException {
            if (name.length > 0 && name[0] == '/') {
                throw new RefusedException("a " + what + " is absolute: " + printable(name));
            }
            TreePath path = TreePath.ROOT;
            int start = 0;
            for (int i = 0; i <= name.length; i++) {
                if (i < name.length && name[i] != '/') {
                    continue;
                }
                byte[] component = Arrays.copyOfRange(name, start, i);
                start = i + 1;
                if (component.length == 0 || (component.length == 1 && component[0] == '.')) {
                    continue;
                }
                if (component.length == 2 && component[0] == '.' && component[1] == '.') {
                    throw new RefusedException("a " + what + " leaves the archive: " + printable(name));
                }
                if (component.length > 255 || name.length > 8192) {
                    throw new RefusedException("a " + what + " is too long for Linux: " + printable(name));
                }
                path = path.child(component);
            }
            return path;
        }

        private final class Once implements FileContent {
            private final long size;
            private final TreePath path;
            private @Nullable InputStream opened;

            Once(long size, TreePath path) {
                this.size = size;
                this.path = path;
            }

            @Override
            public long size() {
                return size;
            }

            @Override
            public InputStream open() throws IOException {
                if (opened != null) {
                    throw new IOException("the content of " + path + " was read already: an archive is read once");
                }
                InputStream content = reader.content();
                opened = content;
                return content;
            }
        }
    }

    private static boolean isFolder(FileEntry entry) {
        return entry.kind() instanceof FileKind.Directory;
    }

    private static boolean same(FileMetadata a, FileMetadata b) {
        return a.mode() == b.mode()
                && a.uid() == b.uid()
                && a.gid() == b.gid()
                && a.xattrs().keySet().equals(b.xattrs().keySet())
                && a.xattrs().entrySet().stream()
                        .allMatch(x -> Arrays.equals(x.getValue(), b.xattrs().get(x.getKey())));
    }

    private static String printable(byte[] name) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(name.length, 200); i++) {
            char c = (char) Byte.toUnsignedInt(name[i]);
            text.append(c > ' ' && c < 0x7f ? c : '?');
        }
        return text.toString();
    }
}
