package org.sourceos.rebuild.plan;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.sourceos.config.lock.LockFile;
import org.sourceos.rebuild.RebuildException;

/**
 * The lock of a commit, which nothing can be added to, and behind it one where this machine keeps what the commit does not
 * say. What the commit says counts.
 */
public final class CommittedLock implements LockStore {
    private final LockFile committed;
    private final LockStore own;

    public CommittedLock(LockFile committed, LockStore own) {
        this.committed = committed;
        this.own = own;
    }

    @Override
    public LockFile load() throws RebuildException {
        return over(committed, own.load());
    }

    @Override
    public LockFile update(UnaryOperator<LockFile> change) throws RebuildException {
        LockFile changed = own.update(kept -> {
            LockFile now = change.apply(over(committed, kept));
            // What the machine has of its own for a name of the commit's stays: other builds go by it.
            return new LockFile(
                    merged(without(now.sources(), committed.sources()), kept.sources()),
                    merged(without(now.bases(), committed.bases()), kept.bases()),
                    merged(without(now.debs(), committed.debs()), kept.debs()));
        });
        return over(committed, changed);
    }

    private static LockFile over(LockFile first, LockFile second) {
        return new LockFile(
                merged(first.sources(), second.sources()),
                merged(first.bases(), second.bases()),
                merged(first.debs(), second.debs()));
    }

    private static <T> SortedMap<String, T> merged(Map<String, T> first, Map<String, T> second) {
        SortedMap<String, T> all = new TreeMap<>(second);
        all.putAll(first);
        return all;
    }

    private static <T> SortedMap<String, T> without(Map<String, T> all, Map<String, T> known) {
        SortedMap<String, T> rest = new TreeMap<>(all);
        rest.keySet().removeAll(known.keySet());
        return rest;
    }
}
