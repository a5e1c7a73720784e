package org.sourceos.rebuild.plan;

import java.util.List;
import java.util.Optional;

/**
 * Why a step is reused or not.
 *
 * @param step as the plan calls it
 * @param key empty while something it depends on is not pinned
 * @param changes what is not as it was in the latest build of the same thing
 */
public record Explanation(String step, Verdict verdict, Optional<BuildKey> key, List<KeyInputs.Change> changes) {
    /** What is known about a step. */
    public enum Verdict {
        /** In the store. */
        REUSED,
        /** Built before, from other inputs. */
        CHANGED,
        /** Never built, or its record is gone. */
        NEW,
        /** Something it depends on was never fetched. */
        NOT_PINNED
    }

    public Explanation {
        changes = List.copyOf(changes);
    }
}
