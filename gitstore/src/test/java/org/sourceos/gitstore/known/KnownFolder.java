package org.sourceos.gitstore.known;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.KnownStores;
import org.sourceos.gitstore.Part;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.collect.SampleStore;
import org.sourceos.gitstore.tree.DirectoryTree;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileIdentity;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.Ownership;
import org.sourceos.host.Cancellation;
import org.sourceos.host.posix.Posix;

/** A folder that is stored again and again, an hour after whatever happened to it last. */
final class KnownFolder {
    static final KnownFilesRule LATER =
            new KnownFilesRule(true, Clock.offset(Clock.systemUTC(), Duration.ofHours(1)), Duration.ofMinutes(2));

    private final Cancellation never = new Cancellation();
    private final Path store;
    private final Path folder;
    private final Path fresh;
    private int stores;

    KnownFolder(Path directory) throws IOException {
        this.store = directory.resolve("store");
        this.folder = Files.createDirectories(directory.resolve("folder"));
        this.fresh = directory.resolve("fresh");
        assumeThat(SourcePlace.of(Posix.bytes(directory)).isNoticing())
                .as("the temporary folder is on ext4, XFS or Btrfs; of others nothing is kept")
                .isTrue();
    }

    Path store() {
        return store;
    }

    Path folder() {
        return folder;
    }

    /** The files whose content was asked for. */
    List<String> stored() throws StoreException {
        return stored(LATER);
    }

    /** Stores it and compares what came of it with what a store makes of it that knows nothing. */
    List<String> stored(KnownFilesRule rule) throws StoreException {
        Counting files = new Counting(new DirectoryTree(folder, Ownership.AS_IS));
        try (BuildCache cache = open(rule)) {
            StoredLayer layer = cache.ingestFolder(folder, files, never);
            assertThat(layer).isEqualTo(fresh());
            publish(cache, layer);
        }
        return List.copyOf(files.opened).stream().sorted().toList();
    }

    void publish(BuildCache cache, StoredLayer layer) throws StoreException {
        cache.publish(
                SampleStore.ref(StoreRef.Namespace.LAYERS, "folder"),
                Map.of("layer", new Part.Tree(layer.tree())),
                "Folder",
                SampleStore.LONG_AGO);
    }

    BuildCache open(KnownFilesRule rule) throws StoreException {
        return BuildCache.open(store, new KnownStores(), rule, never);
    }

    StoredLayer fresh() throws StoreException {
        try (BuildCache cache = BuildCache.open(fresh.resolve("" + stores++), never)) {
            return cache.ingest(new DirectoryTree(folder, Ownership.AS_IS), never);
        }
    }

    List<Path> tables() throws IOException {
        List<Path> tables = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(store.resolve("known"))) {
            all.forEach(tables::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        tables.sort(null);
        return tables;
    }

    /** Says which files were opened. */
    private static final class Counting implements FileTree {
        private final FileTree files;
        private final Queue<String> opened = new ConcurrentLinkedQueue<>();

        Counting(FileTree files) {
            this.files = files;
        }

        @Override
        public void visit(Visitor visitor) throws IOException {
            files.visit(entry -> visitor.entry(
                    entry.kind() instanceof FileKind.Regular regular
                            ? new FileEntry(
                                    entry.path(),
                                    new FileKind.Regular(new Counted(
                                            regular.content(),
                                            () -> opened.add(entry.path().toString()))),
                                    entry.metadata())
                            : entry));
        }
    }

    private record Counted(FileContent content, Runnable opening) implements FileContent {
        @Override
        public long size() {
            return content.size();
        }

        @Override
        public InputStream open() throws IOException {
            opening.run();
            return content.open();
        }

        @Override
        public ReadableByteChannel channel() throws IOException {
            opening.run();
            return content.channel();
        }

        @Override
        public boolean lasts() {
            return content.lasts();
        }

        @Override
        public Optional<FileIdentity> identity() {
            return content.identity();
        }
    }
}
