package org.sourceos.gitstore;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.host.Cancellation;

/**
 * The cache repository: everything that was fetched or built, in one bare git repository that plain git can read.
 *
 * <p>{@code <directory>/.git} is the repository; beside it stand derived files that can be made again from it
 * ({@code disks/}, {@code roots/}), temporary ones ({@code tmp/}) and the writer's lock.
 */
public final class BuildCache implements AutoCloseable {
    private BuildCache() {}

    /** Opens the store in {@code directory}, making it first where there is none. */
    public static BuildCache open(Path directory, Cancellation cancellation) throws StoreException {
        throw new UnsupportedOperationException();
    }

    public Path directory() {
        throw new UnsupportedOperationException();
    }

    /** What a ref points to; empty when there is no such ref. */
    public Optional<StoredItem> find(StoreRef ref) throws StoreException {
        throw new UnsupportedOperationException();
    }

    /** Everything in one namespace, sorted by name. */
    public List<StoredItem> list(StoreRef.Namespace namespace) throws StoreException {
        throw new UnsupportedOperationException();
    }

    /** The content of a file at {@code path} (slashes between names) in a stored tree; empty when there is none. */
    public Optional<byte[]> read(ObjectName tree, String path) throws StoreException {
        throw new UnsupportedOperationException();
    }

    /** The git tree at {@code path} in a stored tree, for instance {@code layer} or {@code layers/00-hello}. */
    public Optional<ObjectName> subtree(ObjectName tree, String path) throws StoreException {
        throw new UnsupportedOperationException();
    }

    /** The layer whose tree (the one with {@code root/} and {@code manifest}) this is. */
    public StoredLayer layer(ObjectName tree) throws StoreException {
        throw new UnsupportedOperationException();
    }

    /** The files of a layer with all their metadata; contents are read from the store as they are asked for. */
    public FileTree files(StoredLayer layer) throws StoreException {
        throw new UnsupportedOperationException();
    }

    /** Writes a tree of files as a layer. Nothing refers to it until it is {@linkplain #publish published}. */
    public StoredLayer ingest(FileTree files, Cancellation cancellation) throws StoreException {
        throw new UnsupportedOperationException();
    }

    /**
     * Commits {@code parts} as one tree and points {@code ref} to it, replacing what the ref pointed to. After this returns
     * it survives a power cut; before, nothing of it is visible.
     *
     * @param message first line a title, then a blank line and text; what {@code git log} shows
     */
    public StoredItem publish(StoreRef ref, Map<String, Part> parts, String message, Instant when)
            throws StoreException {
        throw new UnsupportedOperationException();
    }

    /**
     * A directory with the layers' files laid over each other, the first on top; made when missing, shared and read-only
     * afterwards. All files belong to the calling user, devices are left out: it is for building in, not for booting.
     */
    public Path checkout(List<StoredLayer> layers, Cancellation cancellation) throws StoreException {
        throw new UnsupportedOperationException();
    }

    /** An EROFS image of one layer, complete with owners, devices and extended attributes; made when missing. */
    public Path erofsImage(StoredLayer layer, Cancellation cancellation) throws StoreException {
        throw new UnsupportedOperationException();
    }

    /** One regular file of a layer as a file outside git (a kernel to boot), made when missing; named by its content. */
    public Path file(StoredLayer layer, String path, Cancellation cancellation) throws StoreException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
