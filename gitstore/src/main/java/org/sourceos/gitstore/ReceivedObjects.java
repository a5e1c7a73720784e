package org.sourceos.gitstore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.sourceos.gitstore.git.GitCommit;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.GitRefs;
import org.sourceos.gitstore.git.ObjectType;
import org.sourceos.host.Cancellation;

/**
 * Objects that git has received beside the store, and which are complete together with those in it: to look at before any of
 * them is {@linkplain BuildCache#adopt taken over}.
 */
public final class ReceivedObjects implements AutoCloseable {
    private final Path store;
    private final GitObjects objects;
    private final GitRefs refs;
    private final LayerReader layers;
    private final Failures failures;

    ReceivedObjects(Path store, GitObjects objects, GitRefs refs, Failures failures) {
        this.store = store;
        this.objects = objects;
        this.refs = refs;
        this.layers = new LayerReader(objects);
        this.failures = failures;
    }

    /** The tree of a commit. */
    public ObjectName treeOf(ObjectName commit) throws StoreException {
        return failures.explain(
                "read commit " + commit,
                () -> GitCommit.parse(objects.read(commit, ObjectType.COMMIT)).tree());
    }

    /** As {@link BuildCache#read}. */
    public Optional<byte[]> read(ObjectName tree, String path) throws StoreException {
        return failures.explain("read " + path + " of tree " + tree, () -> layers.read(tree, path));
    }

    /** As {@link BuildCache#subtree}. */
    public Optional<ObjectName> subtree(ObjectName tree, String path) throws StoreException {
        return failures.explain("read " + path + " of tree " + tree, () -> layers.subtree(tree, path));
    }

    /** What is wrong with the tree of an image, of which everything is read and compared; empty if nothing is. */
    public Optional<String> problemOfImage(ObjectName tree, Cancellation interruption) throws StoreException {
        return failures.explain(
                "verify image " + tree,
                () -> new Verifier(store, objects, refs, layers, interruption).problemOfImage(tree));
    }

    /** The same of a layer. */
    public Optional<String> problemOfLayer(ObjectName tree, Cancellation interruption) throws StoreException {
        return failures.explain(
                "verify layer " + tree,
                () -> new Verifier(store, objects, refs, layers, interruption).problemOfLayer(tree));
    }

    @Override
    public void close() {
        try {
            objects.close();
        } catch (IOException e) {
            // They were only read.
        }
    }
}
