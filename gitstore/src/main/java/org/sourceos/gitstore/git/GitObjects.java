package org.sourceos.gitstore.git;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.host.AtomicFile;

/** The objects of one repository: loose ones and packs. Safe for several threads. */
public final class GitObjects implements AutoCloseable {
    private final Path objects;
    private final Optional<GitObjects> behind;
    private volatile List<Pack> packs = List.of();
    /** Packs that are gone from the disk: somebody may still be reading from them. */
    private final List<Pack> retired = new ArrayList<>();

    private boolean scanned;

    /** @param objects the repository's folder {@code objects} */
    public GitObjects(Path objects) {
        this.objects = objects;
        this.behind = Optional.empty();
    }

    private GitObjects(Path objects, GitObjects behind) {
        this.objects = objects;
        this.behind = Optional.of(behind);
    }

    /** What has come into another folder, which is incomplete without these. Closing it leaves these open. */
    public GitObjects behind(Path received) {
        return new GitObjects(received, this);
    }

    /** The object of that name; fails with {@link MissingObjectException}. */
    public GitObject open(ObjectName name) throws IOException {
        return find(name).orElseThrow(() -> new MissingObjectException(name));
    }

    /** The content of an object that must be of {@code type}. */
    public byte[] read(ObjectName name, ObjectType type) throws IOException {
        GitObject object = open(name);
        if (object.type() != type) {
            throw new CorruptObjectException(
                    "object " + name + " is a " + object.type().word() + " where a " + type.word() + " is needed");
        }
        return object.bytes();
    }

    public Optional<GitObject> find(ObjectName name) throws IOException {
        Optional<GitObject> found = findNow(name);
        // A miss may only mean that git has packed meanwhile what was loose, or that another process wrote a pack.
        if (found.isEmpty() && rescan()) {
            found = findNow(name);
        }
        return found.isPresent() || behind.isEmpty() ? found : behind.get().find(name);
    }

    private Optional<GitObject> findNow(ObjectName name) throws IOException {
        byte[] key = Sha1.bytes(name);
        for (Pack pack : packs()) {
            long offset = pack.index().offset(key);
            if (offset >= 0) {
                try {
                    return Optional.of(pack.open(name, offset, this::open));
                } catch (NoSuchFileException e) {
                    // Collected since its index was read, after all that is needed of it was written elsewhere.
                    rescan();
                    return findNow(name);
                }
            }
        }
        return loose(name);
    }

    /** Whether the object is there, without reading it. */
    public boolean contains(ObjectName name) throws IOException {
        byte[] key = Sha1.bytes(name);
        return has(key, name)
                || (rescan() && has(key, name))
                || (behind.isPresent() && behind.get().contains(name));
    }

    /** Whether the object is there, asking only what was known at the last {@link #rescan}: quick for many misses. */
    boolean has(byte[] key, ObjectName name) throws IOException {
        return hasPacked(key) || Files.exists(loosePath(name));
    }

    /** As {@link #has}, in packs alone. */
    boolean hasPacked(byte[] key) throws IOException {
        for (Pack pack : packs()) {
            if (pack.index().offset(key) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Where in a pack a blob can be read in whole pages; empty where all that have it hold it compressed. */
    public Optional<PagePlace> pages(ObjectName blob) throws IOException {
        byte[] key = Sha1.bytes(blob);
        for (Pack pack : packs()) {
            long offset = pack.index().offset(key);
            if (offset >= 0) {
                Optional<PagePlace> place = pack.pages(offset);
                if (place.isPresent()) {
                    return place;
                }
            }
        }
        return Optional.empty();
    }

    private List<Pack> packs() throws IOException {
        if (!scanned) {
            rescan();
        }
        return packs;
    }

    /** Looks which packs there are now; whether there are new ones. What was opened from one that is gone can be read on. */
    public synchronized boolean rescan() throws IOException {
        Map<Path, Pack> known = new HashMap<>();
        packs.forEach(pack -> known.put(pack.file(), pack));
        List<Pack> all = new ArrayList<>();
        boolean more = false;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(objects.resolve("pack"), "pack-*.idx")) {
            for (Path index : files) {
                String name = String.valueOf(index.getFileName());
                Path file = index.resolveSibling(name.substring(0, name.length() - 4) + ".pack");
                Pack pack = known.get(file);
                if (!Files.exists(file)) {
                    continue;
                }
                if (pack == null) {
                    try {
                        pack = new Pack(file, PackIndex.open(index));
                        more = true;
                    } catch (NoSuchFileException e) {
                        continue; // collected between the two looks
                    }
                }
                known.remove(file);
                all.add(pack);
            }
        } catch (NoSuchFileException e) {
            return false;
        }
        retired.addAll(known.values());
        packs = List.copyOf(all);
        scanned = true;
        return more;
    }

    /** Reads every index anew at the next look: one may have been replaced under its name. */
    public synchronized void forgetPacks() {
        retired.addAll(packs);
        packs = List.of();
        scanned = false;
    }

    synchronized List<Pack> packsNow() throws IOException {
        rescan();
        return packs;
    }

    Path folder() {
        return objects;
    }

    private Path loosePath(ObjectName name) {
        return objects.resolve(name.hex().substring(0, 2)).resolve(name.hex().substring(2));
    }

    Optional<GitObject> loose(ObjectName name) throws IOException {
        Path file = loosePath(name);
        String header;
        try (InputStream in = new Pack.EndingInflater(Files.newInputStream(file), 512)) {
            header = looseHeader(in);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (java.util.zip.ZipException | java.io.EOFException e) {
            throw new CorruptObjectException("object " + name + " is damaged: " + e.getMessage(), e);
        }
        int space = header.indexOf(' ');
        try {
            ObjectType type = ObjectType.ofWord(header.substring(0, Math.max(0, space)));
            long size = Long.parseLong(header.substring(space + 1));
            return Optional.of(new GitObject(name, type, size, () -> {
                InputStream in = new Pack.EndingInflater(Files.newInputStream(file), 1 << 13);
                looseHeader(in);
                return in;
            }));
        } catch (NumberFormatException e) {
            throw new CorruptObjectException("object " + name + " is damaged: its header is '" + header + "'", e);
        }
    }

    private static String looseHeader(InputStream in) throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        for (int b = in.read(); b != 0; b = in.read()) {
            if (b < 0 || header.size() > 40) {
                throw new CorruptObjectException("a loose object without a header");
            }
            header.write(b);
        }
        return header.toString(StandardCharsets.US_ASCII);
    }

    /**
     * Writes an object as a file of its own, flushed to the disk; nothing happens if it is there already.
     *
     * @param temporary a folder on the same file system: begun files beside the objects would be reported by git fsck
     */
    public ObjectName writeLoose(ObjectType type, byte[] content, Path temporary) throws IOException {
        MessageDigest digest = Sha1.start(type, content.length);
        byte[] key = digest.digest(content);
        ObjectName name = Sha1.name(key);
        if (has(key, name)) {
            return name;
        }
        Path file = loosePath(name);
        Path folder = objects.resolve(name.hex().substring(0, 2));
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            AtomicFile.syncFolder(objects);
        }
        Path begun = temporary.resolve(name.hex());
        AtomicFile.write(begun, out -> {
            Deflater deflater = new Deflater(1);
            try {
                DeflaterOutputStream deflated = new DeflaterOutputStream(out, deflater);
                deflated.write(type.header(content.length));
                deflated.write(content);
                deflated.finish();
            } finally {
                deflater.end();
            }
        });
        Files.setPosixFilePermissions(begun, PosixFilePermissions.fromString("r--r--r--"));
        AtomicFile.moveIntoPlace(begun, file);
        AtomicFile.syncFolder(folder);
        return name;
    }

    /** Every object there is, loose or packed, some perhaps twice. */
    public List<ObjectName> all() throws IOException {
        rescan();
        List<ObjectName> all = new ArrayList<>();
        for (Pack pack : packs) {
            pack.index().forEach(all::add);
        }
        for (int i = 0; i < 256; i++) {
            String prefix = String.format("%02x", i);
            try (DirectoryStream<Path> files = Files.newDirectoryStream(objects.resolve(prefix))) {
                for (Path file : files) {
                    String name = prefix + file.getFileName();
                    if (name.matches("[0-9a-f]{40}")) {
                        all.add(new ObjectName(name));
                    }
                }
            } catch (NoSuchFileException e) {
                // No loose object begins with this byte.
            }
        }
        return all;
    }

    @Override
    public synchronized void close() throws IOException {
        for (Pack pack : packs) {
            pack.close();
        }
        for (Pack pack : retired) {
            pack.close();
        }
    }
}
