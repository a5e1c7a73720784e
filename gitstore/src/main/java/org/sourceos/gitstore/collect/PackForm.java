package org.sourceos.gitstore.collect;

import java.time.Duration;
import org.sourceos.gitstore.DiskRules;
import org.sourceos.gitstore.git.Compaction;

/**
 * In what form a collection leaves what stays.
 *
 * @param usedSince images that were run within this time count as in use
 * @param worthwhile how many bytes of a layer must be in a pack, so that machines have use for it
 */
public record PackForm(Aim aim, Duration usedSince, long worthwhile, Compaction.Progress progress) {
    public static final Duration USED_SINCE = Duration.ofDays(7);

    /** What is worth more: processor time, or room. */
    public enum Aim {
        /** As it is, but for what is merged. */
        AS_IT_IS,
        /** As small as it can be, except what machines in use read out of packs. */
        COMPACT,
        /** What machines in use read lies in whole pages, so that they need no copies. */
        ALIGN
    }

    public PackForm {
        if (usedSince.isNegative()) {
            throw new IllegalArgumentException("no negative time");
        }
    }

    public PackForm(Aim aim, Duration usedSince, Compaction.Progress progress) {
        this(aim, usedSince, DiskRules.ENOUGH, progress);
    }

    public static PackForm asItIs() {
        return new PackForm(Aim.AS_IT_IS, USED_SINCE, (done, total) -> {});
    }
}
