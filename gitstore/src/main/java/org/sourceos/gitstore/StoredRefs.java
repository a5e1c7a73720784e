package org.sourceos.gitstore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sourceos.gitstore.git.GitCommit;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.GitRefs;
import org.sourceos.gitstore.git.ObjectType;

/** The store's own refs, and what they point to. Somebody may have made others with git: those are left alone. */
final class StoredRefs {
    private final GitRefs refs;
    private final GitObjects objects;

    StoredRefs(GitRefs refs, GitObjects objects) {
        this.refs = refs;
        this.objects = objects;
    }

    Optional<StoredItem> find(StoreRef ref) throws IOException {
        Optional<ObjectName> commit = refs.find(ref.fullName());
        return commit.isEmpty() ? Optional.empty() : Optional.of(item(ref, commit.get()));
    }

    /** Sorted by name, without looking at what they point to. */
    List<StoreRef> refs(StoreRef.Namespace namespace, String beginning) throws IOException {
        return refs.list(namespace.prefix() + beginning).keySet().stream()
                .flatMap(name -> ours(name).stream())
                .toList();
    }

    List<StoredItem> list(StoreRef.Namespace namespace) throws IOException {
        List<StoredItem> items = new ArrayList<>();
        for (Map.Entry<String, ObjectName> ref : refs.list(namespace.prefix()).entrySet()) {
            Optional<StoreRef> ours = ours(ref.getKey());
            if (ours.isPresent()) {
                items.add(item(ours.get(), ref.getValue()));
            }
        }
        return items;
    }

    private StoredItem item(StoreRef ref, ObjectName name) throws IOException {
        GitCommit commit = GitCommit.parse(objects.read(name, ObjectType.COMMIT));
        return new StoredItem(ref, name, commit.tree(), commit.when(), commit.message());
    }

    private static Optional<StoreRef> ours(String fullName) {
        try {
            return StoreRef.parse(fullName);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
