package org.sourceos.rebuild.source;

import java.nio.file.Path;
import java.util.Optional;
import org.sourceos.config.lock.LockFile.SourcePin;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.progress.StepListener;

/**
 * One fetch of one source: all that the kinds of sources have in common.
 *
 * @param text the recipe's text of the location
 * @param recipeFolder what {@code path:} is relative to
 * @param pin what it must be: the lock's, which agrees with the recipe's own
 * @param recipeHash what the recipe itself says the SHA-256 is
 */
record FetchRequest(
        String text,
        Path recipeFolder,
        Optional<SourcePin> pin,
        Optional<String> recipeHash,
        StepListener listener,
        String step,
        Cancellation cancellation) {

    Optional<String> expected() {
        return recipeHash.or(() -> pin.map(SourcePin::sha256));
    }

    /** Refuses what is not what was pinned. */
    void check(String actual, String whatToDo) throws RebuildException {
        Optional<String> expected = expected();
        if (expected.isPresent() && !expected.get().equals(actual)) {
            throw new RebuildException(
                    RebuildException.Kind.HASH_MISMATCH,
                    "the source " + text + " is not what it was pinned to; nothing was stored\n  expected SHA-256 "
                            + expected.get() + (recipeHash.isPresent() ? " (recipe)" : " (sourceos.lock)")
                            + "\n  fetched  SHA-256 " + actual + "\n" + whatToDo);
        }
    }
}
