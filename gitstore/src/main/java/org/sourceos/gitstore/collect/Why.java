package org.sourceos.gitstore.collect;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.git.GitCommit;
import org.sourceos.gitstore.git.GitObject;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.GitTree;
import org.sourceos.gitstore.git.ObjectType;
import org.sourceos.host.Cancellation;

/** Finds the chains from refs to an object. */
public final class Why {
    private final GitObjects objects;
    private final Cancellation cancellation;
    /** For each tree whether the object is in it, and then by which entry. */
    private final Map<ObjectName, Optional<Step>> found = new HashMap<>();

    private record Step(String name, ObjectName to) {}

    public Why(GitObjects objects, Cancellation cancellation) {
        this.objects = objects;
        this.cancellation = cancellation;
    }

    /** The chains to an object, one for each ref that reaches it; what stays first. */
    public List<Holder> holders(ObjectName wanted, List<RefFate> fates) throws IOException {
        List<Holder> holders = new ArrayList<>();
        for (RefFate fate : fates) {
            chain(fate, wanted).ifPresent(chain -> holders.add(new Holder(fate.kept(), fate.reason(), chain)));
        }
        holders.sort(Comparator.comparing(Holder::kept).reversed());
        return holders;
    }

    private Optional<List<String>> chain(RefFate fate, ObjectName wanted) throws IOException {
        List<String> chain = new ArrayList<>(List.of(fate.ref()));
        if (fate.commit().equals(wanted)) {
            return Optional.of(chain);
        }
        GitObject object = objects.open(fate.commit());
        if (object.type() != ObjectType.COMMIT) {
            return Optional.empty();
        }
        ObjectName tree = GitCommit.parse(object.bytes()).tree();
        if (!tree.equals(wanted) && !isIn(tree, wanted)) {
            return Optional.empty();
        }
        ObjectName at = tree;
        while (!at.equals(wanted)) {
            Step step = found.getOrDefault(at, Optional.empty()).orElseThrow();
            chain.add(step.name);
            at = step.to;
        }
        return Optional.of(chain);
    }

    /** One frame of the walk: trees are deep enough that calling itself would be unwise. */
    private static final class Frame {
        private final ObjectName tree;
        private final List<GitTree.Entry> entries;
        private int next;

        Frame(ObjectName tree, List<GitTree.Entry> entries) {
            this.tree = tree;
            this.entries = entries;
        }
    }

    private boolean isIn(ObjectName root, ObjectName wanted) throws IOException {
        Deque<Frame> stack = new ArrayDeque<>();
        @Nullable Frame frame = open(root);
        if (frame != null) {
            stack.push(frame);
        }
        while (!stack.isEmpty()) {
            cancellation.throwIfCancelled();
            Frame top = stack.element();
            if (found.containsKey(top.tree) || top.next == top.entries.size()) {
                found.putIfAbsent(top.tree, Optional.empty());
                stack.pop();
                continue;
            }
            GitTree.Entry entry = top.entries.get(top.next);
            boolean below = entry.isDirectory()
                    && found.getOrDefault(entry.object(), Optional.empty()).isPresent();
            if (entry.object().equals(wanted) || below) {
                found.put(top.tree, Optional.of(new Step(entry.text(), entry.object())));
            } else if (entry.isDirectory() && !found.containsKey(entry.object())) {
                Frame inside = open(entry.object());
                if (inside != null) {
                    stack.push(inside);
                    continue; // and look at this entry again when that is known
                }
            }
            top.next++;
        }
        return found.getOrDefault(root, Optional.empty()).isPresent();
    }

    private @Nullable Frame open(ObjectName tree) throws IOException {
        return found.containsKey(tree)
                ? null
                : new Frame(
                        tree, GitTree.parse(objects.read(tree, ObjectType.TREE)).entries());
    }
}
