package org.sourceos.gitstore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.gitstore.git.GitCommit;
import org.sourceos.gitstore.git.GitObject;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.GitRefs;
import org.sourceos.gitstore.git.GitTree;
import org.sourceos.gitstore.git.ObjectType;
import org.sourceos.host.Directories;

/** Commits parts and moves a ref; every object is on the disk before the ref moves. The caller holds the writer's lock. */
final class Publisher {
    private final GitObjects objects;
    private final GitRefs refs;
    private final Workspace workspace;

    Publisher(GitObjects objects, GitRefs refs, Workspace workspace) {
        this.objects = objects;
        this.refs = refs;
        this.workspace = workspace;
    }

    StoredItem publish(StoreRef ref, Map<String, Part> parts, String message, Instant when)
            throws StoreException, IOException {
        return publish(ref, refs.find(ref.fullName()).stream().toList(), parts, message, when);
    }

    StoredItem publish(StoreRef ref, List<ObjectName> parents, Map<String, Part> parts, String message, Instant when)
            throws StoreException, IOException {
        Path temporary = workspace.newFolder();
        try {
            ObjectName tree = tree(new TreeMap<>(parts), temporary);
            GitCommit commit = new GitCommit(tree, parents, Instant.ofEpochSecond(when.getEpochSecond()), message);
            ObjectName name = objects.writeLoose(ObjectType.COMMIT, commit.encode(), temporary);
            refs.update(ref.fullName(), name);
            return new StoredItem(
                    ref,
                    name,
                    tree,
                    commit.when(),
                    GitCommit.parse(commit.encode()).message());
        } finally {
            Directories.remove(temporary);
        }
    }

    private ObjectName tree(SortedMap<String, Part> parts, Path temporary) throws StoreException, IOException {
        List<GitTree.Entry> entries = new ArrayList<>();
        SortedMap<String, SortedMap<String, Part>> folders = new TreeMap<>();
        for (Map.Entry<String, Part> part : parts.entrySet()) {
            String name = part.getKey();
            int slash = name.indexOf('/');
            String first = slash < 0 ? name : name.substring(0, slash);
            if (!first.matches("[A-Za-z0-9_][A-Za-z0-9+._-]*") || slash == name.length() - 1) {
                throw new IllegalArgumentException("not a name for a part: " + name);
            }
            if (slash >= 0) {
                folders.computeIfAbsent(first, f -> new TreeMap<>()).put(name.substring(slash + 1), part.getValue());
            } else {
                entries.add(entry(name, part.getValue(), temporary));
            }
        }
        for (Map.Entry<String, SortedMap<String, Part>> folder : folders.entrySet()) {
            if (parts.containsKey(folder.getKey())) {
                throw new IllegalArgumentException("a part and a folder of parts are both named " + folder.getKey());
            }
            entries.add(new GitTree.Entry(
                    GitTree.DIRECTORY,
                    folder.getKey().getBytes(StandardCharsets.US_ASCII),
                    tree(folder.getValue(), temporary)));
        }
        return objects.writeLoose(ObjectType.TREE, new GitTree(entries).encode(), temporary);
    }

    private GitTree.Entry entry(String name, Part part, Path temporary) throws StoreException, IOException {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        if (part instanceof Part.Document document) {
            return new GitTree.Entry(
                    GitTree.FILE, bytes, objects.writeLoose(ObjectType.BLOB, document.content(), temporary));
        }
        ObjectName tree = ((Part.Tree) part).tree();
        if (objects.find(tree)
                .map(GitObject::type)
                .filter(type -> type == ObjectType.TREE)
                .isEmpty()) {
            throw new StoreException("cannot publish " + name + ": tree " + tree
                    + " is not in this store; build it again, or fetch it first");
        }
        return new GitTree.Entry(GitTree.DIRECTORY, bytes, tree);
    }
}
