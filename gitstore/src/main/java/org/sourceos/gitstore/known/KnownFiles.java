package org.sourceos.gitstore.known;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreLayout;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileIdentity;
import org.sourceos.host.posix.Posix;

/**
 * What is known of one folder's files while it is being stored. Nothing about it is ever an error: what cannot be read or written
 * is not known, and then files are read. Safe for several threads.
 */
public final class KnownFiles {
    /** A table is as old as its last use, more or less. */
    private static final Duration TOUCHED = Duration.ofDays(1);

    /** A table of so many takes as much memory as everything else that stores a folder. */
    private static final int MOST = 1_000_000;

    private final KnownFilesRule rule;
    private final Instant begun;
    private final Path file;
    private final @Nullable KnownTable table;
    private final @Nullable GitObjects objects;
    private final Queue<KnownFile> noted = new ConcurrentLinkedQueue<>();
    private @Nullable ByteBuffer layerOf;

    private KnownFiles(KnownFilesRule rule, Path file, @Nullable KnownTable table, @Nullable GitObjects objects) {
        this.rule = rule;
        this.begun = rule.clock().instant();
        this.file = file;
        this.table = table;
        this.objects = objects;
    }

    /** For what does not come from a folder that will be stored again. */
    public static KnownFiles none() {
        return new KnownFiles(KnownFilesRule.never(), Path.of(""), null, null);
    }

    /** @param objects of the store, looked at now; nobody removes any meanwhile */
    public static KnownFiles of(Path store, Path folder, GitObjects objects, KnownFilesRule rule) {
        if (!rule.used()) {
            return none();
        }
        try {
            byte[] path = Posix.bytes(folder.toRealPath());
            SourcePlace place = SourcePlace.of(path);
            if (!place.isNoticing()) {
                return none();
            }
            Path file = store.resolve(StoreLayout.KNOWN).resolve(Digest.of(path).hex());
            KnownTable table = KnownTable.read(file)
                    .filter(found -> found.place().equals(place))
                    .orElseGet(() -> KnownTable.empty(place, path));
            return new KnownFiles(rule, file, table, objects);
        } catch (IOException e) {
            return none(); // whoever reads the folder says what is wrong with it
        }
    }

    /** What a file holds that is in the store and has not changed since. */
    public Optional<KnownFile> find(FileContent content) throws IOException {
        if (table == null || objects == null) {
            return Optional.empty();
        }
        Optional<FileIdentity> identity = content.identity();
        if (identity.isEmpty() || !table.place().isNoticing(identity.get())) {
            return Optional.empty();
        }
        Optional<KnownFile> known = table.find(identity.get());
        return known.isPresent() && objects.contains(known.get().name()) ? known : Optional.empty();
    }

    /** The same content, to be read instead if it shall be {@linkplain #note noted}. */
    public FileContent watch(FileContent content) {
        if (table == null) {
            return content;
        }
        Optional<FileIdentity> identity = content.identity();
        return identity.isPresent() && isQuiet(identity.get()) ? new SteadyContent(content, identity.get()) : content;
    }

    private boolean isQuiet(FileIdentity identity) {
        Instant changed = Instant.ofEpochSecond(
                identity.changed().seconds(), identity.changed().nanos());
        return table != null
                && table.place().isNoticing(identity)
                && !changed.plus(rule.quiet(identity.size())).isAfter(begun);
    }

    /** What was read of a content. */
    public void note(FileContent watched, ObjectName name, Digest digest) {
        if (watched instanceof SteadyContent content && content.isSteady()) {
            noted.add(new KnownFile(content.found(), name, digest));
        }
    }

    /**
     * The layer that was made of the same entries, if it is there.
     *
     * @param entries sorted, and what they contain is in the store
     */
    public Optional<StoredLayer> layer(List<FileEntry> entries, Function<FileContent, Digest> sha256)
            throws IOException {
        if (table == null || objects == null) {
            return Optional.empty();
        }
        Optional<ByteBuffer> bytes = EntryBytes.of(entries, sha256);
        layerOf = bytes.orElse(null);
        return bytes.isPresent() ? KnownLayer.find(layerFile(), bytes.get(), objects) : Optional.empty();
    }

    private Path layerFile() {
        return file.resolveSibling(file.getFileName() + KnownLayer.SUFFIX);
    }

    /**
     * A layer was made of the entries that were {@linkplain #layer asked for}, and is in the store.
     *
     * @param made its trees, links and manifest
     */
    public void made(StoredLayer layer, List<ObjectName> made, Path temporary) {
        if (layerOf == null) {
            return;
        }
        try {
            KnownLayer.write(layerFile(), layerOf, layer, made, temporary);
        } catch (IOException e) {
            // A full disk, for instance: then it is made again.
        }
    }

    /**
     * All that was noted is in the store.
     *
     * @param temporary a folder on the store's file system
     */
    public void save(Path temporary) {
        if (table == null) {
            return;
        }
        try {
            if (noted.isEmpty() && table.isAllUsed()) {
                touch(file);
                touch(layerFile());
                return;
            }
            List<KnownFile> all = new ArrayList<>(table.used());
            all.addAll(noted);
            if (all.size() > MOST) {
                return;
            }
            KnownTable.of(table.place(), table.folder(), all).write(file, temporary);
        } catch (IOException e) {
            // A full disk, for instance: then they are read again.
        }
    }

    private void touch(Path used) throws IOException {
        if (Files.exists(used)
                && Files.getLastModifiedTime(used).toInstant().plus(TOUCHED).isBefore(begun)) {
            Files.setLastModifiedTime(used, FileTime.from(begun));
        }
    }

    /** Whether a file of these can still serve: it is of a folder that is there, and of this run of the kernel. */
    public static boolean isUseful(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(KnownLayer.SUFFIX)) {
            int end = name.length() - KnownLayer.SUFFIX.length();
            return Files.exists(file.resolveSibling(name.substring(0, end)));
        }
        Optional<KnownTable> table = KnownTable.read(file);
        if (table.isEmpty() || !table.get().place().boot().equals(SourcePlace.thisBoot())) {
            return false;
        }
        try {
            Posix.status(table.get().folder());
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
