package org.sourceos.importer.root;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files below a root, which is taken for {@code /}: every symbolic link, absolute or with {@code ..}, is followed as the
 * system itself would follow it, so that none leads out. Paths begin with {@code /}. Nothing is ever written.
 *
 * <p>What cannot be read is as if it were not there, and is noted ({@link #unreadable}). The files are expected to stay what
 * they are meanwhile. Not for several threads.
 */
public final class RootedFiles {
    /** As in Linux (path_resolution(7)). */
    private static final int MOST_LINKS = 40;

    /** Above it, nothing that we read whole is what its name says. */
    private static final long LARGEST = 64L << 20;

    private final Path root;
    private final Map<String, Optional<Path>> folders = new HashMap<>();
    private final List<String> unreadable = new ArrayList<>();

    /** @param root a folder; a link to it is followed, for it was named by the user */
    public RootedFiles(Path root) throws IOException {
        this.root = root.toRealPath();
    }

    /** Paths that are there but could not be read, with the reason; in the order in which they were met. */
    public List<String> unreadable() {
        return List.copyOf(unreadable);
    }

    /** What a name is, links not followed in the last component. */
    public Optional<FileFacts> status(String path) {
        return place(path).flatMap(place -> attributes(place, path));
    }

    /** The same, of what a link leads to. */
    public Optional<FileFacts> statusOfTarget(String path) {
        return resolve(path).flatMap(place -> attributes(place, path));
    }

    public boolean isFile(String path) {
        return statusOfTarget(path).map(FileFacts::isFile).orElse(false);
    }

    public boolean isFolder(String path) {
        return statusOfTarget(path).map(FileFacts::isFolder).orElse(false);
    }

    /** Where a symbolic link leads, as it is written; empty if it is none. */
    public Optional<String> link(String path) {
        Optional<Path> place = place(path);
        if (place.isEmpty()
                || !attributes(place.get(), path).map(FileFacts::isLink).orElse(false)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readSymbolicLink(place.get()).toString());
        } catch (IOException e) {
            note(path, e);
            return Optional.empty();
        }
    }

    /** The names in a folder, sorted; none if there is no such folder. */
    public List<String> list(String folder) {
        Optional<Path> place = resolve(folder);
        if (place.isEmpty() || !Files.isDirectory(place.get(), LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(place.get())) {
            for (Path entry : stream) {
                names.add(String.valueOf(entry.getFileName()));
            }
        } catch (IOException | DirectoryIteratorException e) {
            note(folder, e);
        }
        names.sort(null);
        return names;
    }

    /** A regular file's bytes; empty if there is none. */
    public Optional<byte[]> bytes(String path) {
        try (InputStream in = open(path)) {
            byte[] bytes = in.readNBytes((int) LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new IOException("larger than " + (LARGEST >> 20) + " MiB");
            }
            return Optional.of(bytes);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            note(path, e);
            return Optional.empty();
        }
    }

    /** A text file; empty text if there is none. Bytes that are no UTF-8 become the sign for that. */
    public String text(String path) {
        return bytes(path)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
    }

    public List<String> lines(String path) {
        return text(path).lines().toList();
    }

    /** Opens a regular file, line by line, for files that are too long to be held. Line ends are not part of lines. */
    public BufferedReader reader(String path, Charset charset) throws IOException {
        return new BufferedReader(new InputStreamReader(open(path), charset), 1 << 16);
    }

    /** Opens a regular file; devices, pipes and folders are refused, for they may never end. */
    public InputStream open(String path) throws IOException {
        Path place = resolve(path).orElseThrow(() -> new NoSuchFileException(path));
        if (!facts(place).isFile()) {
            throw new NoSuchFileException(path, null, "not a regular file");
        }
        return Files.newInputStream(place, LinkOption.NOFOLLOW_LINKS);
    }

    private Optional<FileFacts> attributes(Path place, String path) {
        try {
            return Optional.of(facts(place));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            note(path, e);
            return Optional.empty();
        }
    }

    private static FileFacts facts(Path place) throws IOException {
        Map<String, Object> all = Files.readAttributes(place, "unix:mode,uid,gid,size", LinkOption.NOFOLLOW_LINKS);
        return FileFacts.of(number(all, "mode"), number(all, "uid"), number(all, "gid"), (Long) value(all, "size"));
    }

    private static int number(Map<String, Object> all, String name) {
        return (Integer) value(all, name);
    }

    private static Object value(Map<String, Object> all, String name) {
        return java.util.Objects.requireNonNull(all.get(name), name);
    }

    private void note(String path, Exception reason) {
        String text = String.valueOf(reason.getMessage());
        unreadable.add(path
                + (reason instanceof java.nio.file.AccessDeniedException
                        ? ": permission denied"
                        : text.contains(root.toString()) ? ": cannot be read" : ": " + text));
    }

    /** The real place of a path whose last component may be a link. */
    private Optional<Path> place(String path) {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            return resolve(path);
        }
        return folder(path.substring(0, Math.max(slash, 0))).flatMap(folder -> child(folder, name));
    }

    private Optional<Path> folder(String path) {
        Optional<Path> known = folders.get(path);
        if (known == null) {
            known = resolve(path);
            folders.put(path, known);
        }
        return known;
    }

    private static Optional<Path> child(Path folder, String name) {
        try {
            return Optional.of(folder.resolve(name));
        } catch (java.nio.file.InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Component by component, so that no link is followed by anybody but this. */
    private Optional<Path> resolve(String path) {
        Deque<String> rest = new ArrayDeque<>(List.of(path.split("/", -1)));
        Path at = root;
        int links = 0;
        while (!rest.isEmpty()) {
            String name = rest.pop();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                Path parent = at.getParent();
                at = at.equals(root) || parent == null ? root : parent;
                continue;
            }
            Optional<Path> next = child(at, name);
            if (next.isEmpty() || !Files.exists(next.get(), LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            if (!Files.isSymbolicLink(next.get())) {
                at = next.get();
                continue;
            }
            if (++links > MOST_LINKS) {
                unreadable.add(path + ": its links lead in a circle");
                return Optional.empty();
            }
            String target;
            try {
                target = Files.readSymbolicLink(next.get()).toString();
            } catch (IOException e) {
                note(path, e);
                return Optional.empty();
            }
            String[] parts = target.split("/", -1);
            for (int i = parts.length - 1; i >= 0; i--) {
                rest.push(parts[i]);
            }
            at = target.startsWith("/") ? root : at;
        }
        return Optional.of(at);
    }
}
