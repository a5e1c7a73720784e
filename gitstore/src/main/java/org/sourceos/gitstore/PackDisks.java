package org.sourceos.gitstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.sourceos.gitstore.erofs.DataDevices;
import org.sourceos.gitstore.erofs.DataPlace;
import org.sourceos.gitstore.erofs.ErofsImage;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.PackWriter.Paging;
import org.sourceos.gitstore.git.PagePlace;
import org.sourceos.gitstore.tree.FileContent;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileKind;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;

/**
 * Disks of machines that read large files out of the packs: for each layer an image of what is small, which says where in which
 * pack the rest is. What is in no such pack, or in one that there is no room for, is copied into the image.
 */
final class PackDisks {
    private static final String WRITER = "erofs packs 1";
    private static final int BLOCK = 4096;

    private final Path disks;
    private final Path packFolder;
    private final GitObjects objects;
    private final LayerReader layers;
    private final Workspace workspace;
    private final Materializer copies;

    PackDisks(Path store, GitObjects objects, LayerReader layers, Workspace workspace, Materializer copies) {
        this.disks = store.resolve(StoreLayout.DISKS);
        this.packFolder = store.resolve(StoreLayout.PACKS);
        this.objects = objects;
        this.layers = layers;
        this.workspace = workspace;
        this.copies = copies;
    }

    /** What a record may name as its writer. */
    static String writer() {
        return WRITER;
    }

    /**
     * An image for each layer, in that order, and then the packs that they read from.
     *
     * @param hold told of each pack before it is looked at
     */
    List<Path> make(List<StoredLayer> wanted, DiskRules rules, Consumer<Path> hold, Cancellation cancellation)
            throws IOException {
        List<SortedMap<String, Long>> packs = new ArrayList<>();
        for (StoredLayer layer : wanted) {
            packs.add(rules.devices() <= wanted.size() ? new TreeMap<>() : packsOf(layer));
        }
        List<String> chosen = choose(packs, rules, wanted.size(), hold);
        List<Path> all = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            List<String> own =
                    chosen.stream().filter(packs.get(i)::containsKey).sorted().toList();
            all.add(
                    own.isEmpty()
                            ? copies.erofsImage(wanted.get(i), cancellation)
                            : image(wanted.get(i), own, cancellation));
        }
        chosen.forEach(name -> all.add(pack(name)));
        return all;
    }

    private Path pack(String name) {
        return packFolder.resolve(name + ".pack");
    }

    /** Those that most is in, as many as there is room for. */
    private List<String> choose(List<SortedMap<String, Long>> packs, DiskRules rules, int images, Consumer<Path> hold)
            throws IOException {
        SortedMap<String, Long> sum = new TreeMap<>();
        packs.forEach(own -> own.forEach((name, bytes) -> sum.merge(name, bytes, Long::sum)));
        List<String> best = sum.keySet().stream()
                .sorted(Comparator.comparingLong((String name) -> -sum.getOrDefault(name, 0L))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
        List<String> chosen = new ArrayList<>();
        for (String name : best) {
            if (chosen.size() + images >= rules.devices() || sum.getOrDefault(name, 0L) < rules.worthwhile()) {
                break;
            }
            hold.accept(pack(name));
            if (!rules.mixed() && Paging.of(pack(name)) != Paging.ONE_LAYER) {
                continue;
            }
            // A damaged one is not read by machines; what is copied out of it is compared, file by file.
            if (Files.exists(pack(name)) && PackFile.isSound(pack(name), disks)) {
                chosen.add(name);
            }
        }
        return chosen;
    }

    /** How much of a layer can be read in each pack: looked up once, and again when one of them has gone. */
    private SortedMap<String, Long> packsOf(StoredLayer layer) throws IOException {
        Path note = disks.resolve(layer.digest() + StoreLayout.PACKS_NOTE);
        Optional<SortedMap<String, Long>> noted = read(note);
        if (noted.isPresent() && noted.get().keySet().stream().allMatch(name -> Files.exists(pack(name)))) {
            return noted.get();
        }
        SortedMap<String, Long> found = new TreeMap<>();
        for (FileEntry entry : layers.entries(layer.tree())) {
            Optional<ObjectName> blob = entry.kind() instanceof FileKind.Regular regular
                    ? regular.content().blob()
                    : Optional.empty();
            if (blob.isPresent()) {
                objects.pages(blob.get())
                        .ifPresent(place ->
                                found.merge(PackFile.name(place.pack()), place.wholePages() * BLOCK, Long::sum));
            }
        }
        try {
            Files.createDirectories(disks);
            StringBuilder text = new StringBuilder();
            found.forEach(
                    (name, bytes) -> text.append(name).append(' ').append(bytes).append('\n'));
            AtomicFile.write(note, text.toString());
        } catch (IOException e) {
            // A store that only root can write serves others too; they look each time.
        }
        return found;
    }

    private static Optional<SortedMap<String, Long>> read(Path note) throws IOException {
        SortedMap<String, Long> packs = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(note, StandardCharsets.ISO_8859_1)) {
                if (!line.matches("pack-[0-9a-f]{40} \\d{1,15}")) {
                    return Optional.empty();
                }
                packs.put(line.substring(0, line.indexOf(' ')), Long.parseLong(line.substring(line.indexOf(' ') + 1)));
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        return Optional.of(packs);
    }

    private Path image(StoredLayer layer, List<String> packs, Cancellation cancellation) throws IOException {
        // Another pack is another image, and a pack is named by its content: so is the image.
        Digest key = Digest.of(WRITER + "\n" + layer.digest() + "\n" + String.join("\n", packs));
        Path image = disks.resolve(layer.digest() + "." + key.hex().substring(0, 16) + ".erofs");
        DerivedFile derived = new DerivedFile(image, WRITER);
        if (derived.isUsable()) {
            return image;
        }
        byte[] uuid = HexFormat.of().parseHex(key.hex().substring(0, 32));
        Files.createDirectories(disks);
        Path temporary = workspace.newFolder();
        try (Contents contents = new Contents(packs)) {
            Path written = temporary.resolve("image");
            try (FileChannel out = FileChannel.open(
                    written, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                ErofsImage.write(layers.entries(layer.tree()), contents, uuid, out, cancellation);
            }
            derived.install(written);
            return image;
        } finally {
            Directories.remove(temporary);
        }
    }

    /** The chosen packs as an image's devices. */
    private final class Contents implements DataDevices, AutoCloseable {
        private final List<Device> devices = new ArrayList<>();
        private final Map<Path, Integer> numbers = new TreeMap<>();
        private final List<FileChannel> channels = new ArrayList<>();

        Contents(List<String> packs) throws IOException {
            for (String name : packs) {
                FileChannel channel = FileChannel.open(pack(name), StandardOpenOption.READ);
                channels.add(channel);
                devices.add(new Device(name, channel.size() / BLOCK));
                numbers.put(pack(name), devices.size());
            }
        }

        @Override
        public List<Device> devices() {
            return List.copyOf(devices);
        }

        @Override
        public Optional<DataPlace> find(FileContent content) throws IOException {
            Optional<ObjectName> blob = content.blob();
            if (blob.isEmpty()) {
                return Optional.empty();
            }
            Optional<PagePlace> place = objects.pages(blob.get()).filter(p -> numbers.containsKey(p.pack()));
            return place.map(p -> {
                int device = numbers.getOrDefault(p.pack(), 0);
                return new DataPlace(device, (int) p.wholePages(), p::page, () -> rest(p, channels.get(device - 1)));
            });
        }

        private byte[] rest(PagePlace place, FileChannel pack) throws IOException {
            ByteBuffer rest = ByteBuffer.allocate((int) (place.size() % BLOCK));
            while (rest.hasRemaining() && pack.read(rest, place.restAt() + rest.position()) >= 0) {
                // Until full; a pack that is cut short has been refused.
            }
            return rest.array();
        }

        @Override
        public void close() throws IOException {
            for (FileChannel channel : channels) {
                channel.close();
            }
        }
    }
}
