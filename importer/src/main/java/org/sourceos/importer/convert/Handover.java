package org.sourceos.importer.convert;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessRunner;
import org.sourceos.importer.ImportException;

/**
 * Puts files of ours in the places of a package's, and takes them out again. The package's own file gets a second name,
 * {@code PATH.debian}, to which dpkg diverts it from then on; at each instant there is something at {@code PATH}, the one or
 * the other. Every step can be done again, so that what was killed is finished by doing it once more, or undone.
 */
public final class Handover {
    /** What the package's own file is called meanwhile. */
    public static final String KEPT = ".debian";

    private static final String NEW = ".sourceos-new";
    private static final String DIVERSIONS = "var/lib/dpkg/diversions";

    private final Path root;
    private final ProcessRunner runner;
    private final Cancellation cancellation;
    private final Runnable step;

    /** @param step told before each step that changes something */
    public Handover(Path root, ProcessRunner runner, Cancellation cancellation, Runnable step) throws IOException {
        this.root = root.toRealPath();
        this.runner = runner;
        this.cancellation = cancellation;
        this.step = step;
    }

    /** The text of a list of diversions now; null if there is none. */
    public @Nullable String diversions(boolean old) throws IOException {
        Path file = root.resolve(DIVERSIONS + (old ? "-old" : ""));
        return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : null;
    }

    /**
     * Whether the places can be taken.
     *
     * @throws ImportException if somebody else has diverted one, or has a file where the package's would be kept
     */
    public void check(List<Journal.Placed> all) throws IOException, ImportException {
        List<String> diverted = lines(diversions(false));
        for (Journal.Placed placed : all) {
            Path at = place(placed.path());
            if (diverted.contains(placed.path())) {
                throw new ImportException("cannot take over " + placed.path()
                        + ": it is diverted already; `dpkg-divert --list " + placed.path() + "` says by whom");
            }
            if (Files.exists(beside(at, KEPT), LinkOption.NOFOLLOW_LINKS)) {
                throw new ImportException("cannot take over " + placed.path() + ": there is a file " + placed.path()
                        + KEPT + ", which is the name that Debian's own would get; move it away");
            }
        }
    }

    /** Puts all files of ours into their places. */
    public void apply(List<Journal.Placed> all) throws IOException, ImportException {
        for (Journal.Placed placed : all) {
            Path at = place(placed.path());
            Path kept = beside(at, KEPT);
            if (!Files.exists(kept, LinkOption.NOFOLLOW_LINKS)) {
                step.run();
                Files.createLink(kept, at);
                AtomicFile.syncFolder(folder(at));
            }
            step.run();
            replace(at, placed.text().getBytes(StandardCharsets.UTF_8), placed.mode());
            if (!isDiverted(placed.path())) {
                step.run();
                divert("--add", placed.path());
            }
        }
    }

    /** Takes them out: the package's files have their names again, and nothing says that it was otherwise. */
    public void revert(Journal.Entry entry) throws IOException, ImportException {
        List<Journal.Placed> all = new ArrayList<>(entry.placed());
        java.util.Collections.reverse(all);
        for (Journal.Placed placed : all) {
            Path at = place(placed.path());
            Path kept = beside(at, KEPT);
            Files.deleteIfExists(beside(at, NEW));
            if (Files.exists(kept, LinkOption.NOFOLLOW_LINKS)) {
                step.run();
                if (isSame(kept, at)) {
                    // rename(2) does nothing with two names of one file.
                    Files.delete(kept);
                } else {
                    Files.move(kept, at, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                }
                AtomicFile.syncFolder(folder(at));
            } else if (isOurs(at, placed)) {
                // The package was removed, and its file with it.
                step.run();
                Files.delete(at);
            }
            if (isDiverted(placed.path())) {
                step.run();
                divert("--remove", placed.path());
            }
        }
        restore(entry);
    }

    private static boolean isSame(Path one, Path other) throws IOException {
        return Files.exists(other, LinkOption.NOFOLLOW_LINKS)
                && Files.getAttribute(one, "unix:ino", LinkOption.NOFOLLOW_LINKS)
                        .equals(Files.getAttribute(other, "unix:ino", LinkOption.NOFOLLOW_LINKS));
    }

    private static boolean isOurs(Path at, Journal.Placed placed) throws IOException {
        return Files.isRegularFile(at, LinkOption.NOFOLLOW_LINKS)
                && Files.size(at) < 1 << 20
                // As bytes: what stands there may be any program.
                && java.util.Arrays.equals(Files.readAllBytes(at), placed.text().getBytes(StandardCharsets.UTF_8));
    }

    /** dpkg writes its list anew; when it says the same as before, it and its copy are to be the same byte for byte. */
    private void restore(Journal.Entry entry) throws IOException {
        // Of a dpkg-divert that was killed with us.
        Files.deleteIfExists(root.resolve(DIVERSIONS + "-new"));
        if (sorted(diversions(false)).equals(sorted(entry.diversions()))) {
            restore(false, entry.diversions());
            restore(true, entry.oldDiversions());
        }
    }

    private void restore(boolean old, @Nullable String before) throws IOException {
        if (java.util.Objects.equals(diversions(old), before)) {
            return;
        }
        Path file = root.resolve(DIVERSIONS + (old ? "-old" : ""));
        step.run();
        if (before == null) {
            Files.deleteIfExists(file);
        } else {
            replace(file, before.getBytes(StandardCharsets.ISO_8859_1), 0644);
        }
    }

    /** Each diversion, three lines of the list. */
    private static List<String> sorted(@Nullable String list) {
        List<String> lines = lines(list);
        List<String> entries = new ArrayList<>();
        for (int i = 0; i + 2 < lines.size(); i += 3) {
            entries.add(String.join("\n", lines.subList(i, i + 3)));
        }
        entries.sort(null);
        return entries;
    }

    private static List<String> lines(@Nullable String text) {
        return text == null ? List.of() : text.lines().toList();
    }

    private boolean isDiverted(String path) throws IOException {
        List<String> lines = lines(diversions(false));
        for (int i = 0; i + 2 < lines.size(); i += 3) {
            if (lines.get(i).equals(path) && lines.get(i + 1).equals(path + KEPT)) {
                return true;
            }
        }
        return false;
    }

    private void divert(String action, String path) throws IOException {
        List<String> argv = new ArrayList<>(List.of("dpkg-divert"));
        if (!root.equals(Path.of("/"))) {
            argv.add("--root=" + root);
        }
        argv.addAll(List.of("--local", "--no-rename", "--quiet", "--divert", path + KEPT, action, path));
        runner.output(Command.of(argv), cancellation);
    }

    /** Where a path of the system really is; links of folders are followed, and must not lead out of the root. */
    private Path place(String path) throws IOException, ImportException {
        Path given = root.resolve(path.substring(1));
        Path folder = folder(given).toRealPath();
        if (!folder.startsWith(root)) {
            throw new ImportException("cannot take over " + path + ": its folder leads out of " + root
                    + "; convert the system from within, or make the link relative");
        }
        return folder.resolve(String.valueOf(given.getFileName()));
    }

    private static Path folder(Path file) {
        return java.util.Objects.requireNonNull(file.getParent(), "a file in a folder");
    }

    private static Path beside(Path at, String suffix) {
        return at.resolveSibling(at.getFileName() + suffix);
    }

    /** As {@link AtomicFile}, but by a name that an undo finds again when this was killed in between. */
    private static void replace(Path at, byte[] content, int mode) throws IOException {
        Path begun = beside(at, NEW);
        Files.deleteIfExists(begun);
        Files.write(begun, content, StandardOpenOption.CREATE_NEW);
        Files.setPosixFilePermissions(begun, permissions(mode));
        try (FileChannel channel = FileChannel.open(begun, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(begun, at, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        AtomicFile.syncFolder(folder(at));
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values();
        for (int i = 0; i < all.length; i++) {
            if ((mode & (0400 >> i)) != 0) {
                permissions.add(all[i]);
            }
        }
        return permissions;
    }
}
