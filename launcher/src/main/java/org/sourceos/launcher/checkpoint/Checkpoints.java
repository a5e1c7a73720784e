package org.sourceos.launcher.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.Part;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredItem;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.gitstore.lease.Lease;
import org.sourceos.host.Cancellation;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.template.SparseRam;

/**
 * The checkpoints of a store: commits whose tree has everything that a machine needs to go on. {@code checkpoint.json},
 * {@code image/}, {@code state}, {@code pages} and {@code memory/<n>/} ({@link StoredMemory}). The ref comes last: a checkpoint is
 * there whole or not at all.
 */
public final class Checkpoints {
    private static final String DESCRIPTION = "checkpoint.json";
    private static final String STATE = "state";
    private static final String PAGES = "pages";
    private static final String MEMORY = "memory/";
    private static final int LOSSES_SHOWN = 3;
    private static final StoreRef.Namespace NAMESPACE = StoreRef.Namespace.CHECKPOINTS;

    private final BuildCache cache;
    private final Memories memories;
    private final Clock clock;
    private final Cancellation cancellation;

    public Checkpoints(BuildCache cache, Clock clock, Cancellation cancellation) {
        this.cache = cache;
        this.memories = new Memories(cache.directory(), clock);
        this.clock = clock;
        this.cancellation = cancellation;
    }

    /** A checkpoint that is being made: first its memory, then the rest. */
    public final class Draft implements AutoCloseable {
        private final Memories.Draft memory;

        private Draft(Memories.Draft memory) {
            this.memory = memory;
        }

        /** A file to be made for the machine's memory; gone when this is closed. */
        public Path ram() {
            return memory.ram();
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    public Draft begin() throws IOException {
        return new Draft(memories.begin());
    }

    /** The name it will have, checked; {@code machine-n} where none is wanted. */
    public String name(Optional<String> wanted, String machine) throws StoreException, LaunchException {
        if (wanted.isEmpty()) {
            int n = 1;
            while (cache.find(new StoreRef(NAMESPACE, machine + "-" + n)).isPresent()) {
                n++;
            }
            return machine + "-" + n;
        }
        if (cache.find(ref(wanted.get())).isPresent()) {
            throw new LaunchException("there is a checkpoint called " + wanted.get()
                    + "; choose another --name, or remove that one with: sourceos checkpoint rm " + wanted.get());
        }
        return wanted.get();
    }

    private static StoreRef ref(String name) throws LaunchException {
        try {
            return new StoreRef(NAMESPACE, name);
        } catch (IllegalArgumentException e) {
            throw new LaunchException("a checkpoint cannot be called " + name
                    + ": a name has letters, digits, dots, hyphens and underscores and begins with a letter or digit");
        }
    }

    /** Stores what was captured into the draft's file. */
    public Checkpoint save(String name, Draft draft, Subject subject, Captured captured)
            throws IOException, StoreException, LaunchException {
        Path ram = draft.ram();
        Seal seal = Seal.making(repository());
        StoredMemory base = base(subject);
        StoredMemory memory = StoredMemory.store(cache, ram, base, seal, cancellation);
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        HostState host = HostState.of(subject.spec().accel());
        Checkpoint checkpoint = new Checkpoint(
                name,
                new ObjectName("0".repeat(40)),
                subject.name(),
                subject.id(),
                subject.image(),
                now,
                subject.spec().memoryMib(),
                (long) memory.index().pages().size() * RamFile.PAGE,
                memory.newBytes(base),
                SparseRam.of(ram, cancellation).digest(),
                Digest.of(captured.state()),
                captured.pause().toMillis(),
                captured.qemu(),
                subject.spec().accel(),
                host.processor(),
                host.tscKhz(),
                disks(subject.spec().disks()),
                losses(captured.connections()),
                subject.record());
        Map<String, Part> parts = new TreeMap<>();
        parts.put(DESCRIPTION, document(CheckpointJson.write(checkpoint, seal)));
        parts.put(STATE, new Part.Document(seal.close(captured.state())));
        parts.put(PAGES, new Part.Document(seal.close(memory.index().encode())));
        for (int i = 0; i < memory.layers().size(); i++) {
            parts.put(
                    MEMORY + String.format("%03d", i),
                    new Part.Tree(memory.layers().get(i)));
        }
        image(subject.image(), parts);
        StoredItem item = cache.publish(
                ref(name),
                List.of(),
                parts,
                "checkpoint " + name + ": " + subject.name() + " ("
                        + subject.image().name() + ")\n",
                now);
        memories.keep(draft.memory, item.tree());
        return read(item);
    }

    private Path repository() {
        return cache.directory().resolve(".git");
    }

    /** The checkpoint that has most in common with the machine: its own last one, or the last of its image. */
    private StoredMemory base(Subject subject) throws StoreException {
        Comparator<Checkpoint> best = Comparator.comparing(
                        (Checkpoint one) -> one.machineId().equals(subject.id()))
                .thenComparing(Checkpoint::madeAt);
        List<Checkpoint> all = new ArrayList<>();
        for (Listed listed : list()) {
            listed.checkpoint()
                    .filter(one -> one.image().key().equals(subject.image().key())
                            && one.memoryMib() == subject.spec().memoryMib())
                    .ifPresent(all::add);
        }
        Optional<Checkpoint> base = all.stream().max(best);
        try {
            // Of one that is not sealed nothing is taken over.
            return base.isPresent() && seal(base.get()).isPresent() ? memory(base.get()) : StoredMemory.empty();
        } catch (IOException | StoreException e) {
            // A damaged one is nothing to build on.
            return StoredMemory.empty();
        }
    }

    private static List<String> losses(List<String> connections) {
        if (connections.isEmpty()) {
            return List.of();
        }
        String shown = String.join(", ", connections.subList(0, Math.min(LOSSES_SHOWN, connections.size())));
        return List.of(
                connections.size() + (connections.size() == 1 ? " connection was open (" : " connections were open (")
                        + shown + (connections.size() > LOSSES_SHOWN ? ", …" : "") + ") and will be found broken");
    }

    private static Part.Document document(String text) {
        return new Part.Document(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The stored image where it is still the same, otherwise its parts. */
    private void image(ImageManifest image, Map<String, Part> parts) throws StoreException {
        Optional<StoredItem> stored = cache.find(new StoreRef(
                StoreRef.Namespace.VMS, image.name() + "-" + image.key().abbreviated()));
        if (stored.isPresent()) {
            Optional<byte[]> manifest = cache.read(stored.get().tree(), "manifest.json");
            if (manifest.isPresent() && new String(manifest.get(), StandardCharsets.UTF_8).equals(image.toJson())) {
                parts.put("image", new Part.Tree(stored.get().tree()));
                return;
            }
        }
        parts.put("image/manifest.json", document(image.toJson()));
        parts.put("image/kernel", new Part.Tree(image.kernel().tree()));
        for (int i = 0; i < image.layers().size(); i++) {
            ImageManifest.LayerPart layer = image.layers().get(i);
            parts.put("image/layers/" + String.format("%02d-", i) + layer.name(), new Part.Tree(layer.tree()));
        }
    }

    /** The machine has read parts of its disks already: another byte in them, and it is lost. */
    private static List<String> disks(List<Path> files) throws IOException {
        List<String> disks = new ArrayList<>();
        for (Path file : files) {
            disks.add(DiskDigest.of(file));
        }
        return disks;
    }

    /** One that is listed; what is wrong where it cannot be read. */
    public record Listed(String name, Optional<Checkpoint> checkpoint, String problem) {}

    /** All, the oldest first. */
    public List<Listed> list() throws StoreException {
        List<Listed> listed = new ArrayList<>();
        for (StoredItem item : cache.list(NAMESPACE)) {
            try {
                listed.add(new Listed(item.ref().name(), Optional.of(read(item)), ""));
            } catch (IOException | StoreException e) {
                listed.add(new Listed(item.ref().name(), Optional.empty(), String.valueOf(e.getMessage())));
            }
        }
        listed.sort(Comparator.comparing(
                        (Listed one) -> one.checkpoint().map(Checkpoint::madeAt).orElse(Instant.EPOCH))
                .thenComparing(Listed::name));
        return listed;
    }

    public Checkpoint named(String name) throws StoreException, LaunchException, IOException {
        Optional<StoredItem> item = cache.find(ref(name));
        if (item.isEmpty()) {
            throw new LaunchException(
                    "there is no checkpoint called " + name + "; `sourceos checkpoint ls` lists those there are");
        }
        try {
            return read(item.get());
        } catch (IOException e) {
            throw damaged(name, e);
        }
    }

    private static IOException damaged(String name, Exception why) {
        return new IOException(
                "the checkpoint " + name + " cannot be used: " + why.getMessage()
                        + "; `sourceos store verify` says what of the store is damaged",
                why);
    }

    private Checkpoint read(StoredItem item) throws StoreException, IOException {
        return CheckpointJson.read(
                item.ref().name(),
                item.tree(),
                new String(part(item.tree(), "image/manifest.json"), StandardCharsets.UTF_8),
                new String(part(item.tree(), DESCRIPTION), StandardCharsets.UTF_8),
                () -> Seal.of(repository()));
    }

    private byte[] part(ObjectName tree, String name) throws StoreException, IOException {
        return cache.read(tree, name).orElseThrow(() -> new IOException("its " + name + " is missing"));
    }

    /** What a checkpoint's parts are sealed with; empty for one of before there were seals. */
    private Optional<Seal> seal(Checkpoint checkpoint) throws StoreException, IOException {
        return PageIndex.isPlain(part(checkpoint.tree(), PAGES))
                ? Optional.empty()
                : Optional.of(Seal.of(repository()));
    }

    private byte[] opened(Checkpoint checkpoint, String name) throws StoreException, IOException {
        byte[] stored = part(checkpoint.tree(), name);
        Optional<Seal> seal = seal(checkpoint);
        return seal.isPresent() ? seal.get().open(stored) : stored;
    }

    private StoredMemory memory(Checkpoint checkpoint) throws StoreException, IOException {
        PageIndex index = PageIndex.decode(opened(checkpoint, PAGES));
        List<ObjectName> layers = new ArrayList<>();
        for (int i = 0; i < index.layerSizes().size(); i++) {
            layers.add(cache.subtree(checkpoint.tree(), MEMORY + String.format("%03d", i))
                    .orElseThrow(() -> new IOException("a part of its memory is missing")));
        }
        return new StoredMemory(index, layers);
    }

    /**
     * What is needed to go on, checked; the memory stays as long as this is open.
     *
     * @param written whether the memory had to be written out again
     */
    public record Opened(Path ram, byte[] state, boolean written, Lease lease) implements AutoCloseable {
        @Override
        public void close() {
            try {
                lease.close();
            } catch (IOException e) {
                // It ends with this process.
            }
        }
    }

    /** @param disks the files that the machine will have as its disks, in the image's order */
    public Opened open(Checkpoint checkpoint, List<Path> disks, Consumer<String> progress)
            throws StoreException, IOException {
        try {
            byte[] state = opened(checkpoint, STATE);
            if (!Digest.of(state).equals(checkpoint.state())) {
                throw new IOException("its state is damaged");
            }
            if (!disks(disks).equals(checkpoint.disks())) {
                throw new IOException(
                        "its disks are not as they were: the store was rearranged, or this version of SourceOS makes others");
            }
            Lease lease = cache.lease(List.of(memories.place(checkpoint.tree())));
            Optional<Path> ram = memories.find(checkpoint, cancellation);
            if (ram.isPresent()) {
                return new Opened(ram.get(), state, false, lease);
            }
            progress.accept("writing out the memory of " + checkpoint.name());
            return new Opened(write(checkpoint), state, true, lease);
        } catch (IOException | StoreException e) {
            throw damaged(checkpoint.name(), e);
        }
    }

    private Path write(Checkpoint checkpoint) throws IOException, StoreException {
        StoredMemory memory = memory(checkpoint);
        if (memory.index().memoryBytes() != (long) checkpoint.memoryMib() << 20) {
            throw new IOException("its list of pages is that of another memory");
        }
        try (Memories.Draft draft = memories.begin()) {
            memory.write(cache, draft.ram(), seal(checkpoint), cancellation);
            if (!SparseRam.of(draft.ram(), cancellation).digest().equals(checkpoint.memory())) {
                throw new IOException("its memory is damaged in the store");
            }
            memories.keep(draft, checkpoint.tree());
        }
        return memories.find(checkpoint, cancellation)
                .orElseThrow(() -> new IOException("its memory was removed as soon as it was written"));
    }

    /** Forgets it; `store gc` frees what only it had. Machines that were restored from it run on. */
    public void remove(String name) throws StoreException, LaunchException, IOException {
        Optional<StoredItem> item = cache.find(ref(name));
        if (item.isEmpty()) {
            throw new LaunchException(
                    "there is no checkpoint called " + name + "; `sourceos checkpoint ls` lists those there are");
        }
        cache.remove(item.get().ref());
        memories.remove(item.get().tree());
    }
}
