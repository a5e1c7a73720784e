package org.sourceos.gitstore.git;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.host.Cancellation;

/** Finds every object that some commits and trees need. Only commits and trees are read; files are asked for by name. */
public final class Reachability {
    private final GitObjects objects;
    private final Set<ObjectName> shallow;
    private final Cancellation cancellation;
    private final ObjectSet live = new ObjectSet();
    private final NameHints hints = new NameHints();
    private final Map<ObjectName, List<ObjectName>> parents = new HashMap<>();

    /** @param shallow the commits whose parents the repository does without */
    public Reachability(GitObjects objects, Set<ObjectName> shallow, Cancellation cancellation) {
        this.objects = objects;
        this.shallow = Set.copyOf(shallow);
        this.cancellation = cancellation;
    }

    /** All that was found to be needed. */
    public ObjectSet live() {
        return live;
    }

    /** Under which names what was found stood. */
    public NameHints hints() {
        return hints;
    }

    /** A commit without the ones before it. */
    public void addCommit(ObjectName name) throws IOException {
        if (parents.containsKey(name)) {
            return;
        }
        GitCommit commit = GitCommit.parse(objects.read(name, ObjectType.COMMIT));
        parents.put(name, commit.parents());
        live.add(name);
        addTree(commit.tree());
    }

    /** Anything, with all that it refers to; a commit with its history as far as the repository has it. */
    public void addWithHistory(ObjectName name) throws IOException {
        Deque<ObjectName> queue = new ArrayDeque<>(List.of(name));
        Set<ObjectName> seen = new HashSet<>();
        while (!queue.isEmpty()) {
            ObjectName at = queue.remove();
            if (!seen.add(at)) {
                continue;
            }
            GitObject object = objects.open(at);
            switch (object.type()) {
                case COMMIT -> {
                    addCommit(at);
                    if (!shallow.contains(at)) {
                        queue.addAll(parents.getOrDefault(at, List.of()));
                    }
                }
                case TREE -> addTree(at);
                case BLOB -> live.add(at);
                case TAG -> {
                    live.add(at);
                    queue.add(GitTag.target(object.bytes()));
                }
            }
        }
    }

    public void addTree(ObjectName name) throws IOException {
        Deque<ObjectName> queue = new ArrayDeque<>();
        if (live.add(name)) {
            queue.add(name);
        }
        while (!queue.isEmpty()) {
            cancellation.throwIfCancelled();
            for (GitTree.Entry entry :
                    GitTree.parse(objects.read(queue.remove(), ObjectType.TREE)).entries()) {
                if (entry.mode() == GitTree.SUBMODULE || !live.add(entry.object())) {
                    continue;
                }
                hints.add(entry.object(), entry.name());
                if (entry.isDirectory()) {
                    queue.add(entry.object());
                } else if (!objects.contains(entry.object())) {
                    throw new MissingObjectException(entry.object());
                }
            }
        }
    }

    /** The commits of which a parent was not added: where history has to be cut. */
    public Set<ObjectName> boundary() {
        Set<ObjectName> boundary = new HashSet<>();
        parents.forEach((commit, before) -> {
            if (!parents.keySet().containsAll(before)) {
                boundary.add(commit);
            }
        });
        return boundary;
    }
}
