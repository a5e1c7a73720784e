package org.sourceos.gitstore.collect;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreRef;
import org.sourceos.gitstore.StoreRef.Namespace;
import org.sourceos.gitstore.Uses;
import org.sourceos.gitstore.git.GitCommit;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.GitTree;
import org.sourceos.gitstore.git.MissingObjectException;
import org.sourceos.gitstore.git.ObjectType;
import org.sourceos.gitstore.git.Reachability;
import org.sourceos.gitstore.lease.Leases;

/** Decides ref by ref what stays; on the way it finds every object that those need. */
final class RefPlan {
    private static final int ABBREVIATED = 12;

    private final GitObjects objects;
    private final Uses uses;
    private final KeepRules rules;
    private final Leases leases;
    private final Reachability reachability;
    private final SortedMap<String, RefFate> fates = new TreeMap<>();
    /** The trees of kept images, by who has them. */
    private final Map<ObjectName, String> images = new HashMap<>();

    private final List<ObjectName> imageTrees = new ArrayList<>();
    private final List<UsedImage> used = new ArrayList<>();

    RefPlan(GitObjects objects, Uses uses, KeepRules rules, Leases leases, Reachability reachability) {
        this.objects = objects;
        this.uses = uses;
        this.rules = rules;
        this.leases = leases;
        this.reachability = reachability;
    }

    /** An image that stays and of which a use was noted. */
    record UsedImage(String name, ObjectName tree, Instant last) {}

    /** Those that were used since then, and stay; the one used last before others. */
    List<UsedImage> usedSince(Instant since) {
        return used.stream()
                .filter(image -> image.last.isAfter(since))
                .sorted(Comparator.comparing(UsedImage::last).reversed())
                .toList();
    }

    /** A ref of ours with the commit it points to. */
    private record Item(StoreRef ref, ObjectName name, GitCommit commit) {}

    List<RefFate> decide(SortedMap<String, ObjectName> refs) throws IOException {
        Map<Namespace, List<Item>> ours = new HashMap<>();
        for (Map.Entry<String, ObjectName> ref : refs.entrySet()) {
            Optional<StoreRef> name = ours(ref.getKey());
            if (name.isEmpty()) {
                fates.put(ref.getKey(), new RefFate(ref.getKey(), ref.getValue(), true, "it was made with git"));
                reachability.addWithHistory(ref.getValue());
                continue;
            }
            GitCommit commit = GitCommit.parse(objects.read(ref.getValue(), ObjectType.COMMIT));
            ours.computeIfAbsent(name.get().namespace(), kind -> new ArrayList<>())
                    .add(new Item(name.get(), ref.getValue(), commit));
        }
        system(ours);
        for (Item item : ours.getOrDefault(Namespace.CHECKPOINTS, List.of())) {
            checkpoint(item);
        }
        for (Item item : ours.getOrDefault(Namespace.VMS, List.of())) {
            image(item);
        }
        for (Item item : ours.getOrDefault(Namespace.SOURCES, List.of())) {
            decide(
                    item,
                    pin(item.ref.name()).or(() -> recent(item)),
                    "no lock pins it, and it was last used on " + day(lastUse(item)));
        }
        for (ObjectName leased : leases.objects()) {
            try {
                reachability.addTree(leased);
            } catch (MissingObjectException e) {
                // Looked at while an earlier collection removed it: whoever holds it will be told that it is gone.
            }
        }
        // Last, when it is known which of them are in something that stays.
        parts(ours.getOrDefault(Namespace.KERNELS, List.of()));
        parts(ours.getOrDefault(Namespace.LAYERS, List.of()));
        return List.copyOf(fates.values());
    }

    /** The trees of all images that stay. */
    List<ObjectName> images() {
        return List.copyOf(imageTrees);
    }

    private static Optional<StoreRef> ours(String fullName) {
        try {
            return StoreRef.parse(fullName);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void keep(Item item, String reason) throws IOException {
        fates.put(item.ref.fullName(), new RefFate(item.ref.fullName(), item.name, true, reason));
        reachability.addCommit(item.name);
    }

    private void drop(Item item, String reason) {
        fates.put(item.ref.fullName(), new RefFate(item.ref.fullName(), item.name, false, reason));
    }

    private void decide(Item item, Optional<String> reason, String otherwise) throws IOException {
        if (reason.isPresent()) {
            keep(item, reason.get());
        } else {
            drop(item, otherwise);
        }
    }

    private void system(Map<Namespace, List<Item>> ours) throws IOException {
        Map<ObjectName, String> named = new HashMap<>();
        Set<ObjectName> good = new HashSet<>();
        for (Item item : ours.getOrDefault(Namespace.SYSTEM, List.of())) {
            keep(item, "it names a generation that counts");
            named.putIfAbsent(item.name, item.ref.name());
            if (item.ref.name().equals("current")) {
                good.addAll(item.commit.parents());
            }
        }
        List<Item> generations = new ArrayList<>(ours.getOrDefault(Namespace.GENERATIONS, List.of()));
        generations.sort(Comparator.comparing(RefPlan::number).reversed());
        Set<ObjectName> kept = new HashSet<>();
        for (int rank = 0; rank < generations.size(); rank++) {
            Item item = generations.get(rank);
            Optional<String> reason = generation(item, rank, named, good);
            decide(item, reason, "it is older than the " + rules.generations() + " newest, and of " + made(item));
            if (reason.isPresent()) {
                kept.add(item.name);
                imagesOf(item);
            }
        }
        for (Item item : ours.getOrDefault(Namespace.CONFIGURATIONS, List.of())) {
            decide(
                    item,
                    kept.contains(item.name) ? Optional.of("its generation is kept") : Optional.empty(),
                    "its generation goes");
        }
    }

    private Optional<String> generation(Item item, int rank, Map<ObjectName, String> named, Set<ObjectName> good) {
        if (named.containsKey(item.name)) {
            return Optional.of("it is the " + named.get(item.name) + " one");
        }
        if (good.contains(item.name)) {
            return Optional.of("it counted before the current one");
        }
        if (rules.needed().contains((int) number(item))) {
            return Optional.of("a switch or a profile needs it");
        }
        if (rank < rules.generations()) {
            return Optional.of("it is one of the " + rules.generations() + " newest");
        }
        return item.commit.when().isBefore(rules.oldest()) ? Optional.empty() : Optional.of("it is of " + made(item));
    }

    private static long number(Item item) {
        try {
            return Integer.parseInt(item.ref.name());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private void imagesOf(Item generation) throws IOException {
        Optional<GitTree.Entry> folder = tree(generation.commit.tree()).find("images");
        if (folder.isEmpty()) {
            return;
        }
        for (GitTree.Entry image : tree(folder.get().object()).entries()) {
            images.putIfAbsent(image.object(), "generation " + generation.ref.name());
            imageTrees.add(image.object());
        }
    }

    /** Nothing can make it again: it stays until somebody removes it, and with it the image it goes on with. */
    private void checkpoint(Item item) throws IOException {
        keep(item, "it is a checkpoint: `sourceos checkpoint rm " + item.ref.name() + "` removes it");
        Optional<GitTree.Entry> image = tree(item.commit.tree()).find("image");
        if (image.isPresent()) {
            images.putIfAbsent(image.get().object(), "checkpoint " + item.ref.name());
            imageTrees.add(image.get().object());
        }
    }

    private GitTree tree(ObjectName name) throws IOException {
        return GitTree.parse(objects.read(name, ObjectType.TREE));
    }

    private void image(Item item) throws IOException {
        Optional<String> reason = Optional.ofNullable(images.get(item.commit.tree()))
                .map(who -> who + " has it")
                .or(() -> recent(item));
        decide(item, reason, "no kept generation has it, and it was last used on " + day(lastUse(item)));
        if (reason.isPresent()) {
            imageTrees.add(item.commit.tree());
            uses.last(item.ref.fullName())
                    .ifPresent(last -> used.add(new UsedImage(item.ref.name(), item.commit.tree(), last)));
        }
    }

    /** A source is named by its digest, a base ends with the first digits of its own. */
    private Optional<String> pin(String name) {
        String digits = name.substring(name.lastIndexOf('-') + 1);
        return digits.length() >= ABBREVIATED && rules.pinned().stream().anyMatch(sha256 -> sha256.startsWith(digits))
                ? Optional.of("the configuration's lock pins it")
                : Optional.empty();
    }

    private void parts(List<Item> items) throws IOException {
        List<Item> left = new ArrayList<>();
        for (Item item : items) {
            Optional<String> reason = pin(item.ref.name()).or(() -> recent(item));
            if (reason.isPresent()) {
                keep(item, reason.get());
            } else {
                left.add(item);
            }
        }
        for (Item item : left) {
            Optional<GitTree.Entry> layer = tree(item.commit.tree()).find("layer");
            boolean shared = layer.isPresent()
                    && reachability.live().contains(layer.get().object());
            decide(
                    item,
                    shared ? Optional.of("something else that stays has the same files") : Optional.empty(),
                    "nothing that stays has its files, and it was last used on " + day(lastUse(item)));
        }
    }

    private Instant lastUse(Item item) {
        try {
            Instant used = uses.last(item.ref.fullName()).orElse(Instant.EPOCH);
            return used.isAfter(item.commit.when()) ? used : item.commit.when();
        } catch (IOException e) {
            return item.commit.when();
        }
    }

    private Optional<String> recent(Item item) {
        if (leases.objects().contains(item.commit.tree())) {
            return Optional.of("a running program holds it");
        }
        Instant last = lastUse(item);
        return last.isBefore(rules.oldest())
                ? Optional.empty()
                : Optional.of("it was used on " + day(last) + ", and stays until " + day(last.plus(rules.since())));
    }

    private static String made(Item item) {
        return day(item.commit.when());
    }

    private static String day(Instant instant) {
        return instant.atZone(ZoneOffset.UTC).toLocalDate().toString();
    }

    /** A document of a tree; empty when there is none. */
    Optional<String> document(ObjectName tree, String name) throws IOException {
        Optional<GitTree.Entry> entry = tree(tree).find(name);
        return entry.isEmpty()
                ? Optional.empty()
                : Optional.of(new String(objects.read(entry.get().object(), ObjectType.BLOB), StandardCharsets.UTF_8));
    }
}
