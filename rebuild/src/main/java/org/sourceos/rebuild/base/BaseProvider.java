package org.sourceos.rebuild.base;

import java.util.List;
import java.util.Optional;
import org.sourceos.config.base.BaseSpec;
import org.sourceos.config.lock.LockFile;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.progress.StepListener;

/** Makes build environments from the machine's own apt sources, and layers of Debian packages to lay over them. */
public interface BaseProvider {
    /** The base, from the store where it is there, made with mmdebstrap otherwise. */
    Base obtain(
            BaseSpec spec,
            Optional<LockFile.BasePin> pin,
            StepListener listener,
            String step,
            Cancellation cancellation)
            throws RebuildException;

    /** The base if it is in the store; never uses the network. */
    Optional<Base> stored(BaseSpec spec, LockFile.BasePin pin) throws RebuildException;

    /**
     * Extracted binary packages that a build needs beyond its base: the named ones and what they depend on that the base
     * has not. Their maintainer scripts are not run.
     *
     * @param lock pins of packages used before; what it does not name is resolved now
     * @return one layer for all of them, and the pins of every package in it by {@code <base>:<package>}
     */
    DebLayer debs(
            Base base,
            BaseSpec spec,
            List<String> packages,
            LockFile lock,
            StepListener listener,
            String step,
            Cancellation cancellation)
            throws RebuildException;

    /** The layer of {@link #debs} if all pins are in the lock and it is in the store; never uses the network. */
    Optional<DebLayer> storedDebs(Base base, List<String> packages, LockFile lock) throws RebuildException;

    record DebLayer(StoredLayer layer, java.util.SortedMap<String, LockFile.DebPin> pins) {}
}
