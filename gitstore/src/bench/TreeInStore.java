import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.DiskRules;
import org.sourceos.gitstore.KnownStores;
import org.sourceos.gitstore.Part;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoredItem;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.collect.KeepRules;
import org.sourceos.gitstore.collect.PackForm;
import org.sourceos.gitstore.known.KnownFilesRule;
import org.sourceos.gitstore.tree.DirectoryTree;
import org.sourceos.gitstore.tree.Ownership;
import org.sourceos.host.Cancellation;

/**
 * One walk of the store with a tree of files, as a process of its own: {@code TreeInStore ingest STORE NAME TREE}, {@code
 * TreeInStore packs|files|gc|gc-compact STORE NAME}. Says how many MB of memory the process took at most, and what else it knows.
 *
 * <p>{@code TreeInStore warm STORE NAME TREE OTHER_STORE OTHER_TREE FIRST AGAIN} takes another tree into another store before, as
 * the resident service may have done, and then the tree twice: wall time and processor time in ms, and the memory, go as a line
 * each to the files {@code FIRST} and {@code AGAIN}.
 */
final class TreeInStore {
    public static void main(String[] args) throws Exception {
        Cancellation never = new Cancellation();
        long start = System.nanoTime();
        StoreRef ref = new StoreRef(StoreRef.Namespace.LAYERS, args[2]);
        String more = "";
        if (args[0].equals("warm")) {
            ingest(args[4], args[2], args[5]);
            for (String file : List.of(args[6], args[7])) {
                System.gc();
                long began = System.nanoTime();
                long used = processorNanos();
                ingest(args[1], args[2], args[3]);
                String line = (System.nanoTime() - began) / 1_000_000 + " " + (processorNanos() - used) / 1_000_000 + " "
                        + memory() + "\n";
                Files.writeString(Path.of(file), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
            return;
        }
        KnownFilesRule rule = args[0].equals("ingest-all") ? KnownFilesRule.never() : KnownFilesRule.usual();
        try (BuildCache cache = BuildCache.open(Path.of(args[1]), new KnownStores(), rule, never)) {
            if (args[0].startsWith("ingest") || args[0].equals("compact")) {
                // ingest, ingest-all: what is known of the files is not used
                DirectoryTree tree = new DirectoryTree(Path.of(args[3]), Ownership.AS_IS);
                StoredLayer layer = args[0].startsWith("ingest")
                        ? cache.ingestFolder(Path.of(args[3]), tree, never)
                        : cache.ingestFolderCompressed(Path.of(args[3]), tree, never);
                cache.publish(ref, Map.of("layer", new Part.Tree(layer.tree())), args[2], Instant.now());
                more = layer.files() + " files";
            } else if (args[0].startsWith("gc")) {
                // gc, gc-compact
                PackForm form = args[0].equals("gc-compact")
                        ? new PackForm(PackForm.Aim.COMPACT, Duration.ofDays(1), (done, total) -> {})
                        : PackForm.asItIs();
                more = cache.collect(
                                new KeepRules(5, Duration.ofDays(1), Set.of(), Set.of(), Instant.now()),
                                form,
                                false,
                                never)
                        .toString();
            } else {
                StoredItem item = cache.find(ref).orElseThrow();
                StoredLayer layer = cache.layer(cache.subtree(item.tree(), "layer").orElseThrow());
                List<Path> disks = cache.disks(
                        List.of(layer), args[0].equals("packs") ? DiskRules.packs(6) : DiskRules.copies(), never);
                more = disks.size() + " disks, " + (Files.size(disks.get(0)) >> 20) + " MB of image";
                if (args.length > 3) {
                    Files.write(Path.of(args[3]), disks.stream().map(Path::toString).toList());
                }
            }
        }
        System.out.println(
                memory() + " MB of memory, " + (System.nanoTime() - start) / 1_000_000 + " ms inside, " + more);
    }

    private static void ingest(String store, String name, String tree) throws StoreException {
        Cancellation never = new Cancellation();
        try (BuildCache cache = BuildCache.open(Path.of(store), never)) {
            StoredLayer layer = cache.ingestFolder(
                    Path.of(tree), new DirectoryTree(Path.of(tree), Ownership.AS_IS), never);
            StoreRef ref = new StoreRef(StoreRef.Namespace.LAYERS, name);
            cache.publish(ref, Map.of("layer", new Part.Tree(layer.tree())), name, Instant.now());
        }
    }

    /** What this process has used, user and system: the 14th and 15th word of its line, in hundredths of a second. */
    private static long processorNanos() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(words[11]) + Long.parseLong(words[12])) * 10_000_000;
    }

    private static long memory() throws IOException {
        String peak = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .findFirst()
                .orElse("VmHWM: 0 kB");
        return Long.parseLong(peak.replaceAll("\\D", "")) / 1024;
    }
}
