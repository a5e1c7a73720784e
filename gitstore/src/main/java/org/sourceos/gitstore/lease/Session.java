package org.sourceos.gitstore.lease;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreLayout;
import org.sourceos.host.Cancellation;

/**
 * What one open cache has seen and given out: held by a lease that is made when there is something to hold. Who may not write
 * to the store, or finds it full, goes without: then a file that is removed meanwhile stays readable for who has it open.
 */
public final class Session implements AutoCloseable {
    private final Path store;
    private final Cancellation cancellation;
    private final Instant collectedBefore;
    private @Nullable Lease lease;
    private boolean impossible;
    private boolean closed;

    public Session(Path store, Cancellation cancellation) {
        this.store = store;
        this.cancellation = cancellation;
        this.collectedBefore = collected();
    }

    private Instant collected() {
        try {
            return Files.getLastModifiedTime(store.resolve(StoreLayout.COLLECTED))
                    .toInstant();
        } catch (NoSuchFileException e) {
            return Instant.EPOCH;
        } catch (IOException e) {
            return Instant.MAX; // unknown: every look tells that something may be gone
        }
    }

    /** Whether objects may have been removed since the store was opened. */
    public boolean wasCollected() {
        return !collected().equals(collectedBefore);
    }

    /** Something to be done with the lease. */
    @FunctionalInterface
    private interface Holding {
        void by(Lease lease) throws IOException;
    }

    public void holdObject(ObjectName name) {
        hold(lease -> lease.holdObject(name));
    }

    public void holdFile(Path file) {
        hold(lease -> lease.holdFile(file));
    }

    public void holdFiles(Collection<Path> files) {
        hold(lease -> lease.holdFiles(files));
    }

    private synchronized void hold(Holding holding) {
        if (impossible || closed) {
            return;
        }
        try {
            Lease own = lease;
            if (own == null) {
                own = Lease.open(store, cancellation);
                lease = own;
            }
            holding.by(own);
        } catch (IOException e) {
            impossible = true;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (lease != null) {
            lease.close();
            lease = null;
        }
    }
}
