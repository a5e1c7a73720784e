package org.sourceos.gitstore.tree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.host.posix.FileStatus;
import org.sourceos.host.posix.Posix;
import org.sourceos.host.posix.PosixFile;

/**
 * A directory on the disk with everything that is in it: names as bytes, extended attributes and capabilities, hard links,
 * devices and fifos. Sockets are left out (they mean something only to the process that made them), so is
 * {@code security.selinux} (a label of the host's policy, not the file's). Links are never followed.
 *
 * <p>Sorted by name; can be visited again. Nothing may change the directory meanwhile: a file that does is an error.
 */
public final class DirectoryTree implements FileTree {
    private static final String HOST_LABEL = "security.selinux";

    private final Path directory;
    private final Ownership ownership;

    public DirectoryTree(Path directory, Ownership ownership) {
        this.directory = directory;
        this.ownership = ownership;
    }

    @Override
    public void visit(Visitor visitor) throws IOException {
        byte[] root = Posix.bytes(directory);
        FileStatus status = Posix.status(root);
        if (status.type() != FileStatus.DIRECTORY) {
            throw new IOException(directory + " is not a directory");
        }
        new Walk(visitor).directory(TreePath.ROOT, root, status);
    }

    private record FileId(long device, long inode) {}

    private final class Walk {
        private final Visitor visitor;
        private final long callerUid;
        private final long callerGid;
        private final Map<FileId, TreePath> linked = new HashMap<>();

        Walk(Visitor visitor) throws IOException {
            this.visitor = visitor;
            FileStatus self = Posix.status(Posix.bytes(Path.of("/proc/self")));
            this.callerUid = self.uid();
            this.callerGid = self.gid();
        }

        void directory(TreePath path, byte[] file, FileStatus status) throws IOException {
            visitor.entry(new FileEntry(path, new FileKind.Directory(), metadata(file, status)));
            for (byte[] name : Posix.list(file)) {
                byte[] child = Posix.resolve(file, name);
                entry(path.child(name), child, Posix.status(child));
            }
        }

        private void entry(TreePath path, byte[] file, FileStatus status) throws IOException {
            if (status.type() == FileStatus.DIRECTORY) {
                directory(path, file, status);
                return;
            }
            if (status.type() == FileStatus.SOCKET) {
                return;
            }
            if (status.links() > 1 && status.type() != FileStatus.SYMLINK) {
                TreePath first = linked.putIfAbsent(new FileId(status.device(), status.inode()), path);
                if (first != null) {
                    visitor.entry(new FileEntry(path, new FileKind.HardLink(first), metadata(file, status)));
                    return;
                }
            }
            visitor.entry(new FileEntry(path, kind(file, status), metadata(file, status)));
        }

        private FileKind kind(byte[] file, FileStatus status) throws IOException {
            return switch (status.type()) {
                case FileStatus.REGULAR -> new FileKind.Regular(new OnDisk(file, status));
                case FileStatus.SYMLINK -> new FileKind.Symlink(Posix.readLink(file));
                case FileStatus.FIFO -> new FileKind.Fifo();
                case FileStatus.CHARACTER_DEVICE, FileStatus.BLOCK_DEVICE ->
                    new FileKind.Device(
                            status.type() == FileStatus.CHARACTER_DEVICE, status.deviceMajor(), status.deviceMinor());
                default ->
                    throw new IOException(new String(file, java.nio.charset.StandardCharsets.UTF_8)
                            + " has a type Linux does not know: " + Integer.toOctalString(status.mode()));
            };
        }

        private FileMetadata metadata(byte[] file, FileStatus status) throws IOException {
            SortedMap<String, byte[]> xattrs = Posix.xattrs(file);
            if (xattrs.containsKey(HOST_LABEL)) {
                xattrs = new TreeMap<>(xattrs);
                xattrs.remove(HOST_LABEL);
            }
            return new FileMetadata(
                    status.permissions(), owner(status.uid(), callerUid), owner(status.gid(), callerGid), xattrs);
        }

        private long owner(long id, long caller) {
            return switch (ownership) {
                case AS_IS -> id;
                case CALLER_IS_ROOT -> id == caller ? 0 : id;
                case ALL_ROOT -> 0;
            };
        }
    }

    private record OnDisk(byte[] file, FileStatus status) implements FileContent {
        @Override
        public long size() {
            return status.size();
        }

        @Override
        public InputStream open() throws IOException {
            return Posix.open(file);
        }

        @Override
        public ReadableByteChannel channel() throws IOException {
            return PosixFile.open(file);
        }

        @Override
        public boolean lasts() {
            return true;
        }

        @Override
        public Optional<FileIdentity> identity() {
            return Optional.of(FileIdentity.of(status));
        }
    }
}
