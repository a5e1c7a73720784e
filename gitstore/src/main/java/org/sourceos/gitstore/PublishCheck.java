package org.sourceos.gitstore;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.sourceos.gitstore.git.GitObjects;
import org.sourceos.gitstore.git.MissingObjectException;
import org.sourceos.gitstore.git.Reachability;
import org.sourceos.gitstore.lease.Session;
import org.sourceos.host.Cancellation;

/** Whether what is going to be published is still there: what this process has seen may have been collected since. */
final class PublishCheck {
    private final Session session;
    private final GitObjects objects;
    private final Cancellation cancellation;

    PublishCheck(Session session, GitObjects objects, Cancellation cancellation) {
        this.session = session;
        this.objects = objects;
        this.cancellation = cancellation;
    }

    /** With the writer's lock held, so that no collection begins. */
    void run(Map<String, Part> parts) throws IOException, StoreException {
        if (!session.wasCollected()) {
            return;
        }
        objects.rescan();
        Reachability whole = new Reachability(objects, Set.of(), cancellation);
        for (Map.Entry<String, Part> part : parts.entrySet()) {
            if (part.getValue() instanceof Part.Tree tree) {
                try {
                    whole.addTree(tree.tree());
                } catch (MissingObjectException e) {
                    throw new StoreException(
                            "cannot publish " + part.getKey() + ": tree " + tree.tree()
                                    + " is not in this store any more, it was collected meanwhile; do it again",
                            e);
                }
            }
        }
    }
}
