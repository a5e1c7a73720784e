package org.sourceos.gitstore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.sourceos.gitstore.collect.Collected;
import org.sourceos.gitstore.collect.Collector;
import org.sourceos.gitstore.collect.Holder;
import org.sourceos.gitstore.collect.KeepRules;
import org.sourceos.gitstore.collect.PackForm;
import org.sourceos.gitstore.collect.RefFate;
import org.sourceos.gitstore.collect.Why;
import org.sourceos.gitstore.git.GitCommit;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.GitRefs;
import org.sourceos.gitstore.git.ObjectType;
import org.sourceos.gitstore.git.PackAdoption;
import org.sourceos.gitstore.git.PackCover;
import org.sourceos.gitstore.known.KnownFiles;
import org.sourceos.gitstore.known.KnownFilesRule;
import org.sourceos.gitstore.lease.Lease;
import org.sourceos.gitstore.lease.Leases;
import org.sourceos.gitstore.lease.Session;
import org.sourceos.gitstore.tree.FileEntry;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;
import org.sourceos.host.FileLock;

/**
 * The cache repository: everything that was fetched or built, in one bare git repository that plain git can read.
 *
 * <p>{@code <directory>/.git} is the repository; beside it stand derived files that can be made again from it
 * ({@code disks/}, {@code roots/}), temporary ones ({@code tmp/}) and the writer's lock.
 *
 * <p>One process writes at a time, waiting for another that does; reading never waits and changes nothing. Safe for several
 * threads, but a {@link FileTree} that is being ingested must not write to the store itself.
 */
public final class BuildCache implements AutoCloseable {
    private final Path directory;
    private final Path repository;
    private final Cancellation cancellation;
    private final GitObjects objects;
    private final GitRefs refs;
    private final StoredRefs stored;
    private final LayerReader layers;
    private final Workspace workspace;
    private final Failures failures;
    private final LayerIngest ingest;
    private final Materializer materializer;
    private final PackDisks packDisks;
    private final Session session;
    private final KnownFilesRule rule;

    private BuildCache(Path directory, KnownStores known, KnownFilesRule rule, Cancellation cancellation) {
        this.directory = directory;
        this.repository = directory.resolve(".git");
        this.cancellation = cancellation;
        this.objects = new GitObjects(repository.resolve("objects"), known.packs());
        this.refs = new GitRefs(repository);
        this.stored = new StoredRefs(refs, objects);
        this.layers = new LayerReader(objects);
        this.workspace = new Workspace(directory.resolve("tmp"), cancellation);
        this.failures = new Failures(directory);
        this.ingest = new PackedIngest(directory, objects, workspace);
        this.materializer = new CopyingMaterializer(directory, objects, layers, workspace);
        this.packDisks = new PackDisks(directory, objects, layers, workspace, materializer);
        this.session = new Session(directory, cancellation);
        this.rule = rule;
    }

    /** Opens the store in {@code directory}, making it first where there is none. */
    public static BuildCache open(Path directory, Cancellation cancellation) throws StoreException {
        return open(directory, new KnownStores(), cancellation);
    }

    /** @param known kept by the caller from one opening to the next, as many at once as one likes */
    public static BuildCache open(Path directory, KnownStores known, Cancellation cancellation) throws StoreException {
        return open(directory, known, KnownFilesRule.usual(), cancellation);
    }

    /** @param rule which files of a {@linkplain #ingestFolder folder} need not be read again */
    public static BuildCache open(Path directory, KnownStores known, KnownFilesRule rule, Cancellation cancellation)
            throws StoreException {
        Path absolute = directory.toAbsolutePath().normalize();
        BuildCache cache = new BuildCache(absolute, known, rule, cancellation);
        cache.failures.explain("open the store", () -> {
            // HEAD is written last, so with it everything is there.
            if (!Files.exists(cache.repository.resolve("HEAD"))) {
                Files.createDirectories(absolute);
                try (FileLock lock = cache.lock()) {
                    NewRepository.create(cache.repository);
                }
            }
            return absolute;
        });
        return cache;
    }

    public Path directory() {
        return directory;
    }

    private FileLock lock() throws IOException {
        return FileLock.acquire(directory.resolve("lock"), cancellation, holder -> {});
    }

    /** What a ref points to; empty when there is no such ref. */
    public Optional<StoredItem> find(StoreRef ref) throws StoreException {
        return failures.explain("read " + ref, () -> stored.find(ref));
    }

    /** The refs of one namespace, sorted by name, without looking at what they point to. */
    public List<StoreRef> refs(StoreRef.Namespace namespace) throws StoreException {
        return refs(namespace, "");
    }

    /** Those whose names begin so; costs what they are many, not what there are. */
    public List<StoreRef> refs(StoreRef.Namespace namespace, String beginning) throws StoreException {
        return failures.explain("list " + namespace.prefix() + beginning, () -> stored.refs(namespace, beginning));
    }

    /** Everything in one namespace, sorted by name. */
    public List<StoredItem> list(StoreRef.Namespace namespace) throws StoreException {
        return failures.explain("list " + namespace.prefix(), () -> stored.list(namespace));
    }

    /** The content of a file at {@code path} (slashes between names) in a stored tree; empty when there is none. */
    public Optional<byte[]> read(ObjectName tree, String path) throws StoreException {
        return failures.explain("read " + path + " of tree " + tree, () -> layers.read(tree, path));
    }

    /** The git tree at {@code path} in a stored tree, for instance {@code layer} or {@code layers/00-hello}. */
    public Optional<ObjectName> subtree(ObjectName tree, String path) throws StoreException {
        return failures.explain("read " + path + " of tree " + tree, () -> layers.subtree(tree, path));
    }

    /** The layer whose tree (the one with {@code root/} and {@code manifest}) this is. */
    public StoredLayer layer(ObjectName tree) throws StoreException {
        return failures.explain("read layer " + tree, () -> {
            session.holdObject(tree);
            return layers.layer(tree);
        });
    }

    /**
     * The files of a layer with all their metadata, sorted by path; contents are read from the store as they are asked for
     * and can be opened at any time while the store is open.
     */
    public FileTree files(StoredLayer layer) throws StoreException {
        return visitor -> {
            for (FileEntry entry : layers.entries(layer.tree())) {
                visitor.entry(entry);
            }
        };
    }

    /**
     * Writes a tree of files as a layer, large ones so that machines can read them where they are. Nothing refers to it until it
     * is {@linkplain #publish published}.
     */
    public StoredLayer ingest(FileTree files, Cancellation interruption) throws StoreException {
        return ingest(files, true, KnownFiles::none, interruption);
    }

    /** As {@link #ingest}, of what no machine reads, as sources: everything is compressed. */
    public StoredLayer ingestCompressed(FileTree files, Cancellation interruption) throws StoreException {
        return ingest(files, false, KnownFiles::none, interruption);
    }

    /**
     * As {@link #ingest}, of a folder that will be stored again: files that have not changed by then are not read.
     *
     * @param folder from which the files come, all or some of them
     */
    public StoredLayer ingestFolder(Path folder, FileTree files, Cancellation interruption) throws StoreException {
        return ingest(files, true, () -> KnownFiles.of(directory, folder, objects, rule), interruption);
    }

    /** As {@link #ingestFolder}, of what no machine reads. */
    public StoredLayer ingestFolderCompressed(Path folder, FileTree files, Cancellation interruption)
            throws StoreException {
        return ingest(files, false, () -> KnownFiles.of(directory, folder, objects, rule), interruption);
    }

    private StoredLayer ingest(
            FileTree files, boolean forMachines, Supplier<KnownFiles> known, Cancellation interruption)
            throws StoreException {
        return failures.explain("store files", () -> {
            try (FileLock lock = lock()) {
                StoredLayer layer = ingest.ingest(files, forMachines, known.get(), interruption);
                session.holdObject(layer.tree());
                PackCover.extend(objects, workspace::newFolder);
                return layer;
            }
        });
    }

    /**
     * Commits {@code parts} as one tree and points {@code ref} to it, replacing what the ref pointed to (which becomes the
     * new commit's parent). After this returns it survives a power cut; before, nothing of it is visible.
     *
     * @param parts by name; a name with slashes lies in folders, as {@code layers/00-hello}
     * @param message first line a title, then a blank line and text; what {@code git log} shows
     * @param when to the second
     */
    public StoredItem publish(StoreRef ref, Map<String, Part> parts, String message, Instant when)
            throws StoreException {
        return failures.explain("publish " + ref, () -> {
            try (FileLock lock = lock()) {
                publishCheck().run(parts);
                return held(new Publisher(objects, refs, workspace).publish(ref, parts, message, when));
            }
        });
    }

    /**
     * As {@link #publish(StoreRef, Map, String, Instant)}, with parents of the caller's choice instead of what the ref pointed
     * to.
     */
    public StoredItem publish(
            StoreRef ref, List<ObjectName> parents, Map<String, Part> parts, String message, Instant when)
            throws StoreException {
        return failures.explain("publish " + ref, () -> {
            try (FileLock lock = lock()) {
                publishCheck().run(parts);
                return held(new Publisher(objects, refs, workspace).publish(ref, parents, parts, message, when));
            }
        });
    }

    /** What holds an object, as {@link #plan} sees it: a chain for each ref that reaches it, and for each lease. */
    public List<Holder> holders(ObjectName object, List<RefFate> plan, Cancellation interruption)
            throws StoreException {
        return failures.explain("find out what holds " + object, () -> {
            List<Holder> holders = new ArrayList<>(new Why(objects, interruption).holders(object, plan));
            if (Leases.read(directory).objects().contains(object)) {
                holders.add(0, new Holder(true, "a running program holds it", List.of("leases")));
            }
            return holders;
        });
    }

    /** The tree of a commit. */
    public ObjectName treeOf(ObjectName commit) throws StoreException {
        return failures.explain(
                "read commit " + commit,
                () -> GitCommit.parse(objects.read(commit, ObjectType.COMMIT)).tree());
    }

    /** Whether the store has an object of that name, needed or not. */
    public boolean contains(ObjectName object) throws StoreException {
        return failures.explain("look for " + object, () -> objects.contains(object));
    }

    /** With the lock held: who publishes something goes on to use it, as an image for a generation. */
    private StoredItem held(StoredItem published) {
        session.holdObject(published.tree());
        return published;
    }

    private PublishCheck publishCheck() {
        return new PublishCheck(session, objects, cancellation);
    }

    /** Notes that something was used: what was used lately is not collected. */
    public void use(StoreRef ref) {
        new Uses(directory).note(ref, Instant.now());
    }

    /**
     * Keeps derived files from being removed until the lease is closed, or this process dies. Whatever this cache gave to its
     * caller is kept as long as the cache is open, so this is for what is used longer, or was made by others.
     */
    public Lease lease(Collection<Path> files) throws StoreException {
        return failures.explain("hold files of the store", () -> {
            Lease lease = Lease.open(directory, cancellation);
            for (Path file : files) {
                lease.holdFile(file);
            }
            return lease;
        });
    }

    /** As {@link #lease}, for as long as this cache is open. */
    public void hold(Path file) {
        session.holdFile(file);
    }

    /** All of them, at once. */
    public void hold(Collection<Path> files) {
        session.holdFiles(files);
    }

    /** From now on, until this cache is closed, an object that is there stays, with what it refers to. */
    public void hold(ObjectName object) {
        session.holdObject(object);
    }

    /**
     * Takes over packs that git has received and checked in another repository, as they are. Nothing refers to what is in
     * them; {@link #received} looks at them before.
     *
     * @param packs a folder with packs and their indexes
     */
    public void adopt(Path packs, Cancellation interruption) throws StoreException {
        failures.explain("take over what was received", () -> {
            try (FileLock lock = lock()) {
                Path temporary = workspace.newFolder();
                try {
                    new PackAdoption(packs, repository.resolve("objects/pack"), temporary).run(interruption);
                } finally {
                    Directories.remove(temporary);
                }
                objects.rescan();
                PackCover.extend(objects, workspace::newFolder);
                return packs;
            }
        });
    }

    /** What git has received into a folder of objects, with the store behind it. */
    public ReceivedObjects received(Path folder) {
        return new ReceivedObjects(directory, objects.behind(folder), refs, failures);
    }

    /** Removes what nothing needs; a dry run changes nothing. One at a time, with writers kept waiting. */
    public Collected collect(KeepRules rules, boolean dryRun, Cancellation interruption) throws StoreException {
        return collect(rules, PackForm.asItIs(), dryRun, interruption);
    }

    /** As {@link #collect(KeepRules, boolean, Cancellation)}, and writes what stays anew in another form. */
    public Collected collect(KeepRules rules, PackForm form, boolean dryRun, Cancellation interruption)
            throws StoreException {
        return failures.explain("collect what is not needed", () -> {
            try (FileLock lock = lock()) {
                return new Collector(directory, objects, refs, interruption)
                        .run(rules, form, dryRun, workspace::newFolder);
            }
        });
    }

    /** What would become of each ref, and why. */
    public List<RefFate> plan(KeepRules rules, Cancellation interruption) throws StoreException {
        return failures.explain(
                "find out what is needed", () -> new Collector(directory, objects, refs, interruption).plan(rules));
    }

    /** Points a ref to a commit that is in the store. A crash leaves the old or the new. */
    public void point(StoreRef ref, ObjectName commit) throws StoreException {
        failures.explain("move " + ref, () -> {
            try (FileLock lock = lock()) {
                publishCheck().run(Map.of());
                GitCommit.parse(objects.read(commit, ObjectType.COMMIT)); // a ref to nothing would be found by nobody
                refs.update(ref.fullName(), commit);
                return ref;
            }
        });
    }

    /** Removes a ref, if it is there; what only it reached stays until it is collected. */
    public void remove(StoreRef ref) throws StoreException {
        failures.explain("remove " + ref, () -> {
            try (FileLock lock = lock()) {
                refs.remove(ref.fullName());
                return ref;
            }
        });
    }

    /**
     * A directory with the layers' files laid over each other, the first on top; made when missing, shared and read-only
     * afterwards. All files belong to the calling user, devices are left out: it is for building in, not for booting.
     */
    public Path checkout(List<StoredLayer> wanted, Cancellation interruption) throws StoreException {
        return failures.explain("check out layers", () -> derived().checkout(wanted, interruption));
    }

    /** An EROFS image of one layer, complete with owners, devices and extended attributes; made when missing. */
    public Path erofsImage(StoredLayer layer, Cancellation interruption) throws StoreException {
        return failures.explain(
                "make a disk image of layer " + layer.tree(), () -> derived().erofsImage(layer, interruption));
    }

    /**
     * The disks of a machine with these layers: an EROFS image for each, in their order, then the packs that those read files
     * from (see {@link PackFile#isPack}). Made when missing; kept as long as this cache is open.
     */
    public List<Path> disks(List<StoredLayer> wanted, DiskRules rules, Cancellation interruption)
            throws StoreException {
        return failures.explain("make the disks of a machine", () -> derived().disks(wanted, rules, interruption));
    }

    /** One regular file of a layer as a file outside git (a kernel to boot), made when missing; named by its content. */
    public Path file(StoredLayer layer, String path, Cancellation interruption) throws StoreException {
        return failures.explain(
                "take " + path + " out of layer " + layer.tree(),
                () -> derived().file(layer, path, interruption));
    }

    private DerivedFiles derived() {
        return new DerivedFiles(directory, objects, materializer, packDisks, session);
    }

    /** Compares everything that is stored with its digests; what is wrong, or nothing. Changes nothing. */
    public List<Finding> verify(Cancellation interruption) throws StoreException {
        return failures.explain(
                "verify the store", () -> new Verifier(directory, objects, refs, layers, interruption).run());
    }

    /** Brings a damaged store to where it can be used again; see {@link Repair}. */
    public Repair repair(Cancellation interruption) throws StoreException {
        return failures.explain("repair the store", () -> {
            try (FileLock lock = lock()) {
                return new Repairer(
                                directory,
                                objects,
                                refs,
                                workspace,
                                materializer,
                                () -> new Verifier(directory, objects, refs, layers, interruption),
                                interruption)
                        .run();
            }
        });
    }

    /** What the store takes, in all and by ref. */
    public StoreUsage usage(Cancellation interruption) throws StoreException {
        return failures.explain(
                "measure the store", () -> new UsageCount(directory, objects, refs, layers, interruption).run());
    }

    /**
     * Removes a directory that {@link #checkout} made, or a file that {@link #erofsImage} or {@link #file} did. It is made
     * again when next asked for; nothing may be using it.
     */
    public void removeDerived(Path derived) throws StoreException {
        failures.explain("remove " + derived, () -> derived().remove(derived));
    }

    /** Closes files and removes what was temporary; never fails. */
    @Override
    public void close() {
        try (session;
                workspace) {
            objects.close();
        } catch (IOException e) {
            // What is left in tmp/ is removed by the next process that writes.
        }
    }
}
