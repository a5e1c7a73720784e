package org.sourceos.launcher.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.ListTree;
import org.sourceos.host.Cancellation;

/**
 * A checkpoint's memory in the store: layers of pages, each a folder of files of a mebibyte, and the {@link PageIndex} that says
 * which page is where. A checkpoint has all layers that its pages are in, and adds one with those that it found in none: of
 * what two checkpoints share only one copy is kept, and each stays whole when the other goes.
 *
 * @param layers the layers' trees, in the index's order
 */
record StoredMemory(PageIndex index, List<ObjectName> layers) {
    private static final int FILE_PAGES = 256;
    private static final int MOST_LAYERS = 16;
    /** A layer of which less than one page in so many is needed is not kept for it. */
    private static final int WORTH = 4;

    StoredMemory {
        layers = List.copyOf(layers);
    }

    /** What of its pages was in none of the layers before. */
    long newBytes(StoredMemory base) {
        return layers.stream().allMatch(base.layers::contains)
                ? 0
                : (long) index.layerSizes().get(layers.size() - 1) * RamFile.PAGE;
    }

    static StoredMemory empty() {
        return new StoredMemory(new PageIndex(1, List.of(), List.of()), List.of());
    }

    private record Found(int number, ByteBuffer digest) {}

    /** Stores what of the memory's pages the base does not have. */
    static StoredMemory store(BuildCache cache, Path ram, StoredMemory base, Seal seal, Cancellation cancellation)
            throws IOException, StoreException {
        List<Found> found = new ArrayList<>();
        try (FileChannel file = FileChannel.open(ram, StandardOpenOption.READ)) {
            scan(file, found, cancellation);
            Map<ByteBuffer, PageIndex.Page> known = known(base, found);
            List<Integer> added = new ArrayList<>();
            List<Integer> kept = known.values().stream()
                    .map(PageIndex.Page::layer)
                    .distinct()
                    .sorted()
                    .toList();
            List<PageIndex.Page> pages = new ArrayList<>(found.size());
            Map<ByteBuffer, Integer> own = new HashMap<>();
            for (Found page : found) {
                PageIndex.Page before = known.get(page.digest);
                if (before != null) {
                    pages.add(
                            new PageIndex.Page(page.number, kept.indexOf(before.layer()), before.place(), page.digest));
                    continue;
                }
                Integer place = own.putIfAbsent(page.digest, added.size());
                if (place == null) {
                    place = added.size();
                    added.add(page.number);
                }
                if (place >= PageIndex.MAX_PLACE) {
                    throw new IOException("its memory is too large to be kept");
                }
                pages.add(new PageIndex.Page(page.number, kept.size(), place, page.digest));
            }
            List<Integer> sizes = new ArrayList<>();
            List<ObjectName> trees = new ArrayList<>();
            for (int layer : kept) {
                sizes.add(base.index.layerSizes().get(layer));
                trees.add(base.layers.get(layer));
            }
            if (!added.isEmpty()) {
                sizes.add(added.size());
                trees.add(cache.ingest(tree(file, added, seal), cancellation).tree());
            }
            return new StoredMemory(new PageIndex(file.size(), sizes, pages), trees);
        }
    }

    private static void scan(FileChannel file, List<Found> found, Cancellation cancellation) throws IOException {
        byte[] chunk = new byte[FILE_PAGES * RamFile.PAGE];
        MessageDigest digest = Digest.newMessageDigest();
        for (long at = 0; at < file.size(); at += chunk.length) {
            cancellation.throwIfCancelled();
            int length = read(file, at, chunk);
            for (int from = 0; from + RamFile.PAGE <= length; from += RamFile.PAGE) {
                if (!RamFile.isZero(chunk, from)) {
                    found.add(new Found((int) ((at + from) / RamFile.PAGE), digest(digest, chunk, from)));
                }
            }
        }
    }

    private static ByteBuffer digest(MessageDigest digest, byte[] bytes, int from) {
        digest.update(bytes, from, RamFile.PAGE);
        return ByteBuffer.wrap(Arrays.copyOf(digest.digest(), PageIndex.DIGEST_BYTES));
    }

    private static int read(FileChannel file, long at, byte[] into) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(into);
        while (bytes.hasRemaining() && file.read(bytes, at + bytes.position()) >= 0) {
            // Until it is full.
        }
        return bytes.position();
    }

    /** Which of the pages the base has, in layers that are worth it. */
    private static Map<ByteBuffer, PageIndex.Page> known(StoredMemory base, List<Found> found) {
        Map<ByteBuffer, PageIndex.Page> all = new HashMap<>();
        if (base.layers.size() >= MOST_LAYERS) {
            return all;
        }
        base.index.pages().forEach(page -> all.putIfAbsent(page.digest(), page));
        Map<ByteBuffer, PageIndex.Page> used = new HashMap<>();
        int[] uses = new int[PageIndex.MAX_LAYERS];
        for (Found page : found) {
            PageIndex.Page before = all.get(page.digest);
            if (before != null && used.put(page.digest, before) == null) {
                uses[before.layer()]++;
            }
        }
        used.values()
                .removeIf(page -> uses[page.layer()] < base.index.layerSizes().get(page.layer()) / WORTH);
        return used;
    }

    private static ListTree tree(FileChannel file, List<Integer> pages, Seal seal) {
        ListTree.Builder tree = ListTree.builder();
        for (int first = 0; first < pages.size(); first += FILE_PAGES) {
            List<Integer> part = pages.subList(first, Math.min(pages.size(), first + FILE_PAGES));
            tree.file(name(first / FILE_PAGES), 0600, new Pages(file, part, seal));
        }
        return tree.build();
    }

    private static String name(int file) {
        return String.format("%05x", file);
    }

    private record Pages(FileChannel file, List<Integer> numbers, Seal seal) implements FileContent {
        @Override
        public long size() {
            return Seal.closedLength((long) numbers.size() * RamFile.PAGE);
        }

        @Override
        public InputStream open() throws IOException {
            byte[] bytes = new byte[numbers.size() * RamFile.PAGE];
            byte[] page = new byte[RamFile.PAGE];
            for (int i = 0; i < numbers.size(); i++) {
                read(file, (long) numbers.get(i) * RamFile.PAGE, page);
                System.arraycopy(page, 0, bytes, i * RamFile.PAGE, RamFile.PAGE);
            }
            return new java.io.ByteArrayInputStream(seal.close(bytes));
        }
    }

    /**
     * Writes the memory out again, each page compared with its digest.
     *
     * @param seal empty for what was stored before there was one
     */
    void write(BuildCache cache, Path ram, Optional<Seal> seal, Cancellation cancellation)
            throws IOException, StoreException {
        Map<Integer, Map<Integer, List<PageIndex.Page>>> byFile = new HashMap<>();
        for (PageIndex.Page page : index.pages()) {
            byFile.computeIfAbsent(page.layer(), layer -> new HashMap<>())
                    .computeIfAbsent(page.place() / FILE_PAGES, file -> new ArrayList<>())
                    .add(page);
        }
        MessageDigest digest = Digest.newMessageDigest();
        try (RamFile out = RamFile.create(ram, index.memoryBytes())) {
            for (var layer : byFile.entrySet()) {
                for (var file : layer.getValue().entrySet()) {
                    cancellation.throwIfCancelled();
                    byte[] stored = cache.read(layers.get(layer.getKey()), "root/" + name(file.getKey()))
                            .orElseThrow(() -> new IOException("a part of its memory is missing in the store"));
                    byte[] bytes = seal.isPresent() ? seal.get().open(stored) : stored;
                    for (PageIndex.Page page : file.getValue()) {
                        int from = page.place() % FILE_PAGES * RamFile.PAGE;
                        if (from + RamFile.PAGE > bytes.length
                                || !digest(digest, bytes, from).equals(page.digest())) {
                            throw new IOException("a page of its memory is damaged in the store");
                        }
                        out.put((long) page.number() * RamFile.PAGE, bytes, from);
                    }
                }
            }
        }
    }
}
