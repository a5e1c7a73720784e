package org.sourceos.rebuild.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.source.FetchedSource;

/**
 * Brings a source into a workspace's {@code /build/source}: unpacked inside the sandbox (an archive is foreign, too), without
 * the one folder that most archives have around everything, patched, all times the same.
 */
public final class SourceTree {
    private static final String ARCHIVE = """
            mkdir /build/unpacked
            cd /build/unpacked
            for archive in /source/* /source/.[!.]*; do
              test -f "$archive" || continue
              case "${archive##*/}" in
                *.tar | *.tar.* | *.tgz | *.tbz | *.tbz2 | *.txz | *.tzst) tar -x --no-same-owner -f "$archive" ;;
                *.zip | *.ZIP) unzip -q "$archive" ;;
                *) cp "$archive" . && chmod u+w "${archive##*/}" ;;
              esac
            done
            """;
    private static final String DEBIAN = """
            mkdir /build/unpacked
            cd /build/unpacked
            dpkg-source --no-check --no-copy -x /source/*.dsc /build/unpacked/source
            """;
    private static final String TREE = """
            mkdir -p /build/unpacked/source
            cp -R -P /source/. /build/unpacked/source/
            """;
    private static final String MOVE = """
            chmod -R u+rwX,go-w /build/unpacked
            set -- /build/unpacked/* /build/unpacked/.[!.]*
            only=
            for entry; do
              test -e "$entry" -o -L "$entry" || continue
              if test -z "$only"; then only=$entry; else only=/; fi
            done
            if test -z "$only"; then echo 'the source is empty'; exit 1; fi
            rmdir /build/source
            if test "$only" != / -a -d "$only" -a ! -L "$only"; then
              mv "$only" /build/source
              rmdir /build/unpacked
            else
              mv /build/unpacked /build/source
            fi
            """;
    private static final String SAME_TIMES = "find /build/source -exec touch -h -d @" + Workspace.EPOCH + " {} +\n";

    private SourceTree() {}

    /** The usual way: all files get the same time. */
    public static void prepare(Workspace workspace, FetchedSource.Kind kind, Path files, List<Path> patches)
            throws RebuildException, IOException {
        prepare(workspace, kind, files, patches, false);
    }

    /**
     * @param files where the fetched files are, checked out
     * @param patches applied in order with {@code patch -p1}
     * @param ownTimes whether files keep the times that the archive gives them: what a Debian package is made with has
     *     no tools for what upstream's archive has ready, such as manuals, so that these must look newer than their sources
     */
    public static void prepare(
            Workspace workspace, FetchedSource.Kind kind, Path files, List<Path> patches, boolean ownTimes)
            throws RebuildException, IOException {
        workspace.mount(files, "/source");
        String unpack = switch (kind) {
            case FILE -> ARCHIVE;
            case DEBIAN -> DEBIAN;
            case TREE -> TREE;
        };
        workspace.run("unpacking the source", "/build", Map.of(), unpack + MOVE);
        for (int i = 0; i < patches.size(); i++) {
            workspace.provide("patch-" + (i + 1), Files.readAllBytes(patches.get(i)));
            workspace.run(
                    "applying the patch " + patches.get(i).getFileName(),
                    "/build/source",
                    Map.of(),
                    List.of("patch", "-p1", "--batch", "--no-backup-if-mismatch", "-i", "/sourceos/patch-" + (i + 1)));
        }
        if (!ownTimes) {
            workspace.run("setting all times", "/build", Map.of(), SAME_TIMES);
        }
    }

    /** The folder in which the recipe's scripts run, as the sandbox sees it. */
    public static String folder(Workspace workspace, Optional<String> directory) throws RebuildException {
        if (directory.isEmpty() || directory.get().equals(".")) {
            return "/build/source";
        }
        Path folder = workspace.source().resolve(directory.get()).normalize();
        if (!folder.startsWith(workspace.source()) || !Files.isDirectory(folder)) {
            throw new RebuildException(
                    RebuildException.Kind.BUILD_FAILED,
                    "the source has no folder " + directory.get() + "; correct [build] directory in the recipe");
        }
        return "/build/source/" + directory.get();
    }
}
