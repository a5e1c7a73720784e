package org.sourceos.rebuild.system;

import java.util.Optional;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;

/** What of the computer follows the generation that is active besides its commands: machines that run as long as it is. */
@FunctionalInterface
public interface Follower {
    /**
     * Brings it about that what belongs to the generation runs, and nothing of another does. Does nothing where that is so, and
     * may be called again after it was interrupted anywhere.
     *
     * @param active empty before the first generation
     * @throws RebuildException when something does not run as the generation says; some of it may run then
     */
    void follow(Optional<Generation> active, Cancellation cancellation) throws RebuildException;

    /**
     * Asked before anything changes: fails where {@link #follow} could not begin at all.
     *
     * @param next the generation that will be active
     */
    default void ready(Optional<Generation> next) throws RebuildException {}

    /** For where nothing does. */
    static Follower none() {
        return (active, cancellation) -> {};
    }
}
