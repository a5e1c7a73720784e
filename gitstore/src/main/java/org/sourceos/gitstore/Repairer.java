package org.sourceos.gitstore;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.GitRefs;
import org.sourceos.gitstore.git.PackCover;
import org.sourceos.gitstore.git.PackSalvage;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;

/**
 * Brings a damaged store to where it can be used again: what can be read of damaged packs is kept, refs that do not reach all
 * they should are removed, so that the next build fetches or makes anew what they had, and damaged disks are made again.
 * Generations stay, and the one that counts: once what they lack has been built again they are whole. The caller holds the
 * writer's lock.
 */
final class Repairer {
    private final Path directory;
    private final GitRefs refs;
    private final Workspace workspace;
    private final Supplier<Verifier> verifier;
    private final GitObjects objects;
    private final Materializer materializer;
    private final Cancellation cancellation;
    private final List<String> done = new ArrayList<>();

    Repairer(
            Path directory,
            GitObjects objects,
            GitRefs refs,
            Workspace workspace,
            Materializer materializer,
            Supplier<Verifier> verifier,
            Cancellation cancellation) {
        this.directory = directory;
        this.objects = objects;
        this.refs = refs;
        this.workspace = workspace;
        this.materializer = materializer;
        this.verifier = verifier;
        this.cancellation = cancellation;
    }

    Repair run() throws IOException {
        Verifier before = verifier.get();
        List<Finding> findings = before.run();
        if (findings.isEmpty()) {
            return new Repair(List.of(), List.of());
        }
        GitHead head = new GitHead(directory.resolve(".git"));
        if (head.problem().isPresent()) {
            head.writeAnew();
            done.add("wrote " + head.file() + " anew");
        }
        storage(before.damagedStorage());
        if (!before.damagedRefs().isEmpty()) {
            packsWithoutIndex();
        }
        Verifier salvaged = verifier.get();
        salvaged.run();
        for (String ref : salvaged.damagedRefs()) {
            ref(ref);
        }
        disks(salvaged);
        for (Path root : salvaged.damagedRoots()) {
            Directories.remove(root);
            Directories.remove(root.resolveSibling(root.getFileName() + StoreLayout.BOOT));
            done.add("removed " + root + ": it is made again when it is needed");
        }
        return new Repair(done, verifier.get().run());
    }

    private void storage(List<Path> damaged) throws IOException {
        Set<Path> packs = new HashSet<>();
        Path temporary = workspace.newFolder();
        try {
            for (Path file : damaged) {
                String name = String.valueOf(file.getFileName());
                if (PackCover.isAt(file)) {
                    Files.deleteIfExists(file);
                    done.add("made " + file + " again of the packs' own indexes");
                } else if (!name.startsWith("pack-")) {
                    Files.deleteIfExists(file);
                    done.add("removed the damaged object " + file);
                } else if (packs.add(file.resolveSibling(name.substring(0, name.lastIndexOf('.'))))) {
                    int saved = new PackSalvage(directory.resolve(".git/objects"), temporary, cancellation).run(file);
                    done.add("saved " + saved + " objects of the damaged " + name);
                }
            }
        } finally {
            Directories.remove(temporary);
        }
        objects.forgetPacks();
        PackCover.complete(objects, workspace::newFolder);
    }

    /**
     * What is missing may be there, where nobody finds it. Otherwise such a pack is what a writer that was killed has left, and
     * the next collection removes it.
     */
    private void packsWithoutIndex() throws IOException {
        Path objectsFolder = directory.resolve(".git/objects");
        List<Path> packs = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(objectsFolder.resolve("pack"), "pack-*.pack")) {
            for (Path pack : all) {
                String name = String.valueOf(pack.getFileName());
                if (!Files.exists(pack.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".idx"))) {
                    packs.add(pack);
                }
            }
        }
        Path temporary = workspace.newFolder();
        try {
            for (Path pack : packs) {
                int saved = new PackSalvage(objectsFolder, temporary, cancellation).run(pack);
                done.add("saved " + saved + " objects of " + pack.getFileName() + ", which had no index");
            }
        } finally {
            Directories.remove(temporary);
        }
        if (!packs.isEmpty()) {
            objects.forgetPacks();
            PackCover.complete(objects, workspace::newFolder);
        }
    }

    private void ref(String ref) throws IOException {
        if (ref.equals(GitRefs.PACKED)) {
            int kept = refs.rewritePacked();
            done.add("wrote packed-refs anew with the " + kept
                    + " refs that can be read: what another was a name of is built again when it is needed");
            return;
        }
        Optional<StoreRef> ours;
        try {
            ours = StoreRef.parse(ref);
        } catch (IllegalArgumentException e) {
            ours = Optional.empty();
        }
        if (ours.isEmpty()) {
            return;
        }
        switch (ours.get().namespace()) {
            case SOURCES -> remove(ref, "it is fetched again when it is needed");
            case LAYERS, KERNELS, VMS -> remove(ref, "it is built again when it is needed");
            case CONFIGURATIONS -> remove(ref, "the next `sourceos-rebuild switch` builds that configuration again");
            case GENERATIONS, SYSTEM ->
                done.add("left " + ref
                        + ": build the configuration it was made of again, which brings back what it lacks;"
                        + " or go to another with `sourceos-rebuild rollback`");
        }
    }

    private void remove(String ref, String next) throws IOException {
        refs.removeAll(List.of(ref));
        done.add("removed " + ref + ": " + next);
    }

    private void disks(Verifier salvaged) throws IOException {
        for (Path file : salvaged.damagedDisks()) {
            Directories.remove(file);
            Directories.remove(file.resolveSibling(file.getFileName() + StoreLayout.RECORD));
            String name = String.valueOf(file.getFileName());
            ObjectName layer = name.matches("[0-9a-f]{64}\\.erofs")
                    ? salvaged.soundLayers().get(new Digest(name.substring(0, 64)))
                    : null;
            if (layer == null) {
                done.add("removed " + file + ": it is made again when it is needed");
            } else {
                materializer.erofsImage(new StoredLayer(layer, new Digest(name.substring(0, 64)), 0, 0), cancellation);
                done.add("made " + file + " again");
            }
        }
    }
}
