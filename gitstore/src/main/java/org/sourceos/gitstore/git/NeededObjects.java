package org.sourceos.gitstore.git;

import org.sourceos.gitstore.ObjectName;

/** What is needed and has no place yet: of several copies of an object the one that is come by first is kept. */
final class NeededObjects {
    private final ObjectSet live;
    private final ObjectSet taken = new ObjectSet();

    NeededObjects(ObjectSet live) {
        this.live = live;
    }

    boolean isLive(ObjectName name) {
        return live.contains(name);
    }

    boolean isLive(PackIndex index, int position) {
        return index.isIn(live, position);
    }

    boolean isNeeded(PackIndex index, int position) {
        return index.isIn(live, position) && !index.isIn(taken, position);
    }

    /** Whether nothing in it is needed, wherever else it may be. */
    boolean isUseless(Pack pack) {
        for (int i = 0; i < pack.index().count(); i++) {
            if (isLive(pack.index(), i)) {
                return false;
            }
        }
        return true;
    }

    /** All that is in it has its place there. */
    void take(Pack pack) {
        pack.index().addAllTo(taken);
    }

    void take(PackIndex index, int position) {
        index.addTo(taken, position);
    }

    /** Whether it had no place before. */
    boolean take(ObjectName name) {
        return taken.add(name);
    }

    boolean isTaken(ObjectName name) {
        return taken.contains(name);
    }
}
