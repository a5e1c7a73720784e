package org.sourceos.gitstore;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sourceos.gitstore.git.GitCommit;
import org.sourceos.gitstore.git.GitObject;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.GitRefs;
import org.sourceos.gitstore.git.GitTree;
import org.sourceos.gitstore.git.ObjectType;
import org.sourceos.host.Cancellation;

/** Counts what {@link StoreUsage} says. */
final class UsageCount {
    private final Path directory;
    private final GitObjects objects;
    private final GitRefs refs;
    private final LayerReader layers;
    private final Cancellation cancellation;
    private final Map<ObjectName, Long> sizes = new HashMap<>();
    private final Map<ObjectName, Integer> holders = new HashMap<>();
    private final Map<ObjectName, GitTree> trees = new HashMap<>();
    private final Map<ObjectName, Long> wholes = new HashMap<>();
    private final Set<ObjectName> results = new HashSet<>();

    UsageCount(Path directory, GitObjects objects, GitRefs refs, LayerReader layers, Cancellation cancellation) {
        this.directory = directory;
        this.objects = objects;
        this.refs = refs;
        this.layers = layers;
        this.cancellation = cancellation;
    }

    StoreUsage run() throws IOException {
        Map<String, Set<ObjectName>> reached = new java.util.TreeMap<>();
        for (Map.Entry<String, ObjectName> ref : refs.list("refs/").entrySet()) {
            GitObject object = objects.open(ref.getValue());
            if (object.type() == ObjectType.COMMIT) {
                Set<ObjectName> all = new HashSet<>();
                collect(GitCommit.parse(object.bytes()).tree(), true, all);
                all.forEach(name -> holders.merge(name, 1, Integer::sum));
                reached.put(ref.getKey(), all);
                results.add(GitCommit.parse(object.bytes()).tree());
            }
        }
        List<StoreUsage.Usage> usages = new ArrayList<>();
        reached.forEach((ref, all) -> usages.add(new StoreUsage.Usage(
                ref,
                all.stream().mapToLong(name -> sizes.getOrDefault(name, 0L)).sum(),
                all.stream()
                        .filter(name -> holders.getOrDefault(name, 0) == 1)
                        .mapToLong(name -> sizes.getOrDefault(name, 0L))
                        .sum())));
        return new StoreUsage(
                usages,
                comparison(),
                diskBytes(directory.resolve(".git")),
                diskBytes(directory.resolve("disks"))
                        + diskBytes(directory.resolve("roots"))
                        + diskBytes(directory.resolve(StoreLayout.KNOWN)));
    }

    private StoreUsage.Comparison comparison() {
        long files = sizes.values().stream().mapToLong(size -> size).sum();
        long asLayers = trees.entrySet().stream()
                .filter(tree -> isLayer(tree.getValue()))
                .mapToLong(tree -> whole(tree.getKey()))
                .sum();
        return new StoreUsage.Comparison(
                files, asLayers, results.stream().mapToLong(this::whole).sum());
    }

    private static boolean isLayer(GitTree tree) {
        return tree.entries().size() == 2
                && tree.find(LayerReader.ROOT).isPresent()
                && tree.find(LayerReader.MANIFEST).isPresent();
    }

    /** With everything in it as often as it is in it. */
    private long whole(ObjectName name) {
        Long known = wholes.get(name);
        if (known != null) {
            return known;
        }
        long sum = sizes.getOrDefault(name, 0L);
        GitTree tree = trees.get(name);
        if (tree != null) {
            for (GitTree.Entry entry : tree.entries()) {
                sum += whole(entry.object());
            }
        }
        wholes.put(name, sum);
        return sum;
    }

    private void collect(ObjectName name, boolean tree, Set<ObjectName> into) throws IOException {
        if (!into.add(name)) {
            return;
        }
        cancellation.throwIfCancelled();
        if (!sizes.containsKey(name)) {
            sizes.put(name, objects.open(name).size());
        }
        if (tree) {
            GitTree entries = trees.get(name);
            if (entries == null) {
                entries = layers.tree(name);
                trees.put(name, entries);
            }
            for (GitTree.Entry entry : entries.entries()) {
                collect(entry.object(), entry.isDirectory(), into);
            }
        }
    }

    private static long diskBytes(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        Set<Object> counted = new HashSet<>();
        long[] sum = new long[1];
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                Object key = attributes.fileKey();
                if (key == null || counted.add(key)) {
                    sum[0] += attributes.size();
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                // Gone between listing and looking, or not ours to read: it does not count.
                return FileVisitResult.CONTINUE;
            }
        });
        return sum[0];
    }
}
