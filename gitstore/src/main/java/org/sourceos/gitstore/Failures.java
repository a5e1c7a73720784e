package org.sourceos.gitstore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.sourceos.gitstore.git.CorruptObjectException;
import org.sourceos.gitstore.git.FullDisk;
import org.sourceos.gitstore.git.MissingObjectException;
import org.sourceos.host.IoReason;

/** Turns what went wrong below into the one message a user gets. */
final class Failures {
    private final Path store;

    Failures(Path store) {
        this.store = store;
    }

    /** Something that reads or writes the store. */
    @FunctionalInterface
    interface Action<T> {
        T run() throws StoreException, IOException;
    }

    /** @param purpose completes "cannot …" */
    <T> T explain(String purpose, Action<T> action) throws StoreException {
        try {
            return action.run();
        } catch (UncheckedIOException e) {
            IOException cause = e.getCause();
            throw explained(purpose, cause == null ? new IOException(e) : cause);
        } catch (IOException e) {
            throw explained(purpose, e);
        }
    }

    private StoreException explained(String purpose, IOException failure) {
        String reason = IoReason.of(failure);
        String lower = reason.toLowerCase(Locale.ROOT);
        if (FullDisk.isCauseOf(failure)) {
            return new StoreException(
                    "cannot " + purpose + ": the store in " + store + " is full, " + free()
                            + " free; free space there (`sourceos store gc` removes what nothing needs, and needs"
                            + " no room to begin with), or use another with"
                            + " --store. Nothing was half-written.",
                    failure);
        }
        if (lower.contains("read-only file system")) {
            return new StoreException(
                    "cannot " + purpose + ": the store in " + store
                            + " is on a file system that is mounted read-only; mount it writable, or use another store"
                            + " with --store",
                    failure);
        }
        if (failure instanceof AccessDeniedException || lower.contains("permission denied")) {
            return new StoreException(
                    "cannot " + purpose + ": " + reason + "; run it as the owner of " + store
                            + ", or use a store of your own with --store",
                    failure);
        }
        if (failure instanceof CorruptObjectException || failure instanceof MissingObjectException) {
            return new StoreException(
                    "cannot " + purpose + ": the store in " + store + " is damaged: " + reason
                            + "; `sourceos store verify` lists everything that is, and with --repair saves what it can",
                    failure);
        }
        return new StoreException("cannot " + purpose + ": " + reason, failure);
    }

    private String free() {
        try {
            return (Files.getFileStore(store).getUsableSpace() >> 20) + " MiB";
        } catch (IOException e) {
            return "an unknown amount";
        }
    }
}
