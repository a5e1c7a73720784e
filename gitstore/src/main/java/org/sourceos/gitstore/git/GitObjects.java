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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.host.AtomicFile;

/** The objects of one repository: loose ones and packs. Safe for several threads. */
public final class GitObjects implements AutoCloseable {
    /** How often a pack that is gone when it is opened may be looked for anew. */
    private static final int ATTEMPTS = 5;
    /** Who asks for more than so many objects knows sooner when it has looked which packs there are. */
    private static final int GUESSES = 24;

    private final Path objects;
    private final Optional<GitObjects> behind;
    private final PackCatalogue catalogue;
    /** Those that something was read from. A pack that is gone from the disk stays: somebody may still be reading from it. */
    private final Map<KnownPack, Pack> packs = new ConcurrentHashMap<>();

    private final AtomicInteger guesses = new AtomicInteger();
    private volatile boolean looked;

    /** @param objects the repository's folder {@code objects} */
    public GitObjects(Path objects) {
        this(objects, new PackCatalogue(objects.resolve("pack")), Optional.empty());
    }

    /** As a program that keeps what it knows of packs begins. */
    public GitObjects(Path objects, KnownPacks known) {
        this(objects, known.in(objects.resolve("pack")), Optional.empty());
    }

    private GitObjects(Path objects, PackCatalogue catalogue, Optional<GitObjects> behind) {
        this.objects = objects;
        this.catalogue = catalogue;
        this.behind = behind;
    }

    /** What has come into another folder, which is incomplete without these. Closing it leaves these open. */
    public GitObjects behind(Path received) {
        return new GitObjects(received, new PackCatalogue(received.resolve("pack")), Optional.of(this));
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
        if (found.isEmpty() && behind.isPresent()) {
            return behind.get().find(name);
        }
        return found.isPresent() ? found : findByEveryIndex(name);
    }

    private Optional<GitObject> findNow(ObjectName name) throws IOException {
        byte[] key = Sha1.bytes(name);
        if (mayGuess()) {
            Optional<GitObject> found = guess(name, key);
            if (found.isPresent()) {
                return found;
            }
        }
        for (int attempt = 1; ; attempt++) {
            PackList list = packList();
            try {
                PackList.Place place = place(list, key);
                return place == null
                        ? loose(name)
                        : Optional.of(opened(place.pack()).open(name, place.offset(), this::open));
            } catch (NoSuchFileException e) {
                // Collected since its index was read, after all that is needed of it was written elsewhere.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                rescan();
            } catch (CorruptObjectException | MissingObjectException e) {
                // It may point to where something else is, which then looks damaged, or like a delta of something.
                if (list.index() == null || attempt == ATTEMPTS) {
                    throw e;
                }
                catalogue.distrust();
            }
        }
    }

    private boolean mayGuess() {
        return !looked && guesses.incrementAndGet() <= GUESSES;
    }

    /** Most of what a launch reads is found without a look at which packs there are. */
    private Optional<GitObject> guess(ObjectName name, byte[] key) throws IOException {
        try {
            PackList.Place place = catalogue.guess(key);
            return place == null
                    ? loose(name)
                    : Optional.of(opened(place.pack()).open(name, place.offset(), this::open));
        } catch (NoSuchFileException | CorruptObjectException | MissingObjectException e) {
            return Optional.empty();
        }
    }

    /** What somebody else knew of the packs may be older than what is asked for: the first time they are looked for anew. */
    private PackList packList() throws IOException {
        if (!looked) {
            catalogue.refresh();
            looked = true;
        }
        return catalogue.now();
    }

    private static PackList.@Nullable Place place(PackList list, byte[] key) throws IOException {
        PackList.Place place = list.covered(key);
        if (place == null) {
            place = PackList.in(list.others(), key);
        }
        return place == null && list.isInGonePack(key) ? PackList.in(list.all(), key) : place;
    }

    /** For what is missing: an index of many packs of which a byte was changed may not have what is there. */
    private Optional<GitObject> findByEveryIndex(ObjectName name) throws IOException {
        PackList list = packList();
        if (list.index() == null) {
            return Optional.empty();
        }
        PackList.Place place = PackList.in(list.all(), Sha1.bytes(name));
        return place == null
                ? Optional.empty()
                : Optional.of(opened(place.pack()).open(name, place.offset(), this::open));
    }

    private Pack opened(KnownPack pack) {
        return packs.computeIfAbsent(pack, Pack::new);
    }

    /** Whether the object is there, without reading it. */
    public boolean contains(ObjectName name) throws IOException {
        byte[] key = Sha1.bytes(name);
        return isThere(key, name)
                || (rescan() && isThere(key, name))
                || (behind.isPresent() && behind.get().contains(name));
    }

    private boolean isThere(byte[] key, ObjectName name) throws IOException {
        if (mayGuess()) {
            PackList.Place place = guess(key);
            if (place != null && Files.exists(place.pack().file())) {
                return true;
            }
        }
        return has(key, name);
    }

    private PackList.@Nullable Place guess(byte[] key) throws IOException {
        try {
            return catalogue.guess(key);
        } catch (CorruptObjectException e) {
            return null;
        }
    }

    /** Whether the object is there, asking only what was known at the last {@link #rescan}: quick for many misses. */
    boolean has(byte[] key, ObjectName name) throws IOException {
        return hasPacked(key) || Files.exists(loosePath(name));
    }

    /** As {@link #has}, in packs alone. */
    boolean hasPacked(byte[] key) throws IOException {
        PackList list = packList();
        try {
            return place(list, key) != null;
        } catch (CorruptObjectException e) {
            if (list.index() == null) {
                throw e;
            }
            catalogue.distrust();
            return place(catalogue.now(), key) != null;
        }
    }

    /** Where in a pack a blob can be read in whole pages; empty where all that have it hold it compressed. */
    public Optional<PagePlace> pages(ObjectName blob) throws IOException {
        byte[] key = Sha1.bytes(blob);
        PackList list = packList();
        if (list.index() != null && list.covered(key) == null && !list.isInGonePack(key)) {
            return pages(list.others(), key);
        }
        PackList.Place place = list.covered(key);
        if (place != null) {
            // Nobody compares with its name what a machine reads there, so the pack's own index has to say it too.
            Optional<PagePlace> pages = pages(List.of(place.pack()), key);
            if (pages.isPresent() || !PackWriter.isForPages(opened(place.pack()).size(place.offset()))) {
                return pages;
            }
        }
        return pages(list.all(), key);
    }

    private Optional<PagePlace> pages(List<KnownPack> asked, byte[] key) throws IOException {
        for (KnownPack pack : asked) {
            long offset = pack.offset(key);
            if (offset >= 0) {
                Optional<PagePlace> place = opened(pack).pages(offset);
                if (place.isPresent()) {
                    return place;
                }
            }
        }
        return Optional.empty();
    }

    /** Looks which packs there are now; whether there are new ones. What was opened from one that is gone can be read on. */
    public boolean rescan() throws IOException {
        return catalogue.refresh();
    }

    /** Reads every index anew at the next look: one may have been replaced under its name. */
    public void forgetPacks() {
        catalogue.forget();
    }

    /** Asks each pack's own index from now on, until the one of many packs is another. */
    public void distrustMultiPackIndex() throws IOException {
        catalogue.distrust();
    }

    List<Pack> packsNow() throws IOException {
        rescan();
        List<Pack> now = new ArrayList<>();
        for (KnownPack pack : catalogue.now().all()) {
            try {
                pack.index();
                now.add(opened(pack));
            } catch (NoSuchFileException e) {
                // Collected between the two looks.
            }
        }
        return now;
    }

    PackCatalogue catalogue() {
        return catalogue;
    }

    Path folder() {
        return objects;
    }

    Path loosePath(ObjectName name) {
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
        if (isThere(key, name)) {
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
        List<ObjectName> all = new ArrayList<>();
        for (Pack pack : packsNow()) {
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
    public void close() throws IOException {
        for (Pack pack : packs.values()) {
            pack.close();
        }
    }
}
