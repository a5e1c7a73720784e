package org.sourceos.rebuild.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.sourceos.config.lock.LockFile.SourcePin;
import org.sourceos.config.recipe.PackageSpec.SourceLocation;
import org.sourceos.config.recipe.PackageSpec.SourceSpec;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.tree.DirectoryTree;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileMetadata;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.Ownership;
import org.sourceos.gitstore.tree.SelectedTree;
import org.sourceos.gitstore.tree.TreePath;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.RebuildException.Kind;

/**
 * A directory or file beside the recipe. Looked at anew every time: its content, not a lock, says what it is. Of owner, mode and
 * times only "executable" counts, as in git; a {@code .git} at its top is not part of it.
 *
 * <p>It must lie in the recipe's folder, links followed. Links inside a directory stay links and are never followed.
 */
final class PathFetcher {
    private static final TreePath GIT = TreePath.of(".git");

    private final SourceStore store;

    PathFetcher(SourceStore store) {
        this.store = store;
    }

    FetchedSource read(SourceLocation.LocalPath location, FetchRequest request) throws RebuildException {
        String what = "cannot use " + request.text();
        Path place = find(what, location, request.recipeFolder());
        boolean directory = Files.isDirectory(place);
        StoredLayer layer = directory
                ? store.ingestFolder(request.text(), place, plain(place), request.cancellation())
                : store.ingest(
                        request.text(),
                        DownloadedFiles.of(String.valueOf(place.getFileName()), place),
                        request.cancellation());
        FetchedSource.Kind kind = directory ? FetchedSource.Kind.TREE : FetchedSource.Kind.FILE;
        String digest = layer.digest().hex();
        new FetchRequest(
                        request.text(),
                        request.recipeFolder(),
                        Optional.empty(),
                        request.recipeHash(),
                        request.listener(),
                        request.step(),
                        request.cancellation())
                .check(digest, "take `sha256` out of the recipe: what a path holds is its own pin");
        SourcePin pin = new SourcePin(digest, request.pin().flatMap(SourcePin::version), Optional.empty());
        Optional<FetchedSource> stored = store.find(pin, kind);
        return stored.isPresent() ? stored.get() : store.publish(request.text(), pin, kind, layer);
    }

    Optional<FetchedSource> stored(SourceLocation.LocalPath location, Path recipeFolder, SourceSpec source)
            throws RebuildException {
        return Optional.of(read(
                location,
                new FetchRequest(
                        source.location().text(),
                        recipeFolder,
                        Optional.empty(),
                        source.sha256(),
                        new SilentListener(),
                        "",
                        new Cancellation())));
    }

    private static Path find(String what, SourceLocation.LocalPath location, Path recipeFolder)
            throws RebuildException {
        Path place;
        Path folder;
        try {
            folder = recipeFolder.toRealPath();
            Path relative = Path.of(location.path());
            if (relative.isAbsolute() || !folder.resolve(relative).normalize().startsWith(folder)) {
                throw outside(what, recipeFolder);
            }
            place = folder.resolve(relative).toRealPath();
        } catch (InvalidPathException e) {
            throw new RebuildException(Kind.UNUSABLE, what + ": it is not a path: " + e.getReason(), e);
        } catch (IOException e) {
            throw new RebuildException(
                    Kind.UNUSABLE,
                    what + ": there is no readable " + location.path() + " in " + recipeFolder
                            + "; check the path, and if it is in git, that it was added (`git add "
                            + location.path() + "`)",
                    e);
        }
        if (!place.startsWith(folder)) {
            throw outside(what, recipeFolder);
        }
        return place;
    }

    private static RebuildException outside(String what, Path recipeFolder) {
        return new RebuildException(
                Kind.UNUSABLE,
                what + ": it lies outside of the folder " + recipeFolder
                        + ", so another checkout would not have it; move it below that folder");
    }

    private static FileTree plain(Path directory) {
        FileTree files = new SelectedTree(
                new DirectoryTree(directory, Ownership.ALL_ROOT),
                entry -> !GIT.contains(entry.path())
                        && !(entry.kind() instanceof FileKind.Device)
                        && !(entry.kind() instanceof FileKind.Fifo));
        return visitor -> files.visit(entry -> visitor.entry(new FileEntry(entry.path(), entry.kind(), plain(entry))));
    }

    private static FileMetadata plain(FileEntry entry) {
        if (entry.kind() instanceof FileKind.Symlink) {
            return FileMetadata.ofRoot(0777);
        }
        boolean executable =
                entry.kind() instanceof FileKind.Directory || (entry.metadata().mode() & 0100) != 0;
        return FileMetadata.ofRoot(executable ? 0755 : 0644);
    }
}
