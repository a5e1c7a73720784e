package org.sourceos.cli.system;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.sourceos.config.ConfigException;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.hooks.server.Access;
import org.sourceos.hooks.server.TrustFolder;
import org.sourceos.host.Cancellation;

/** Who may do what with a repository now: {@code trust/} of its HEAD, read again when that has moved. */
final class ServedTrust implements Supplier<Access> {
    private final ConfigRepository repository;
    private final Path exports;
    private final Cancellation cancellation;
    private final Consumer<String> log;

    private Optional<CommitId> seen = Optional.empty();
    private Access access = Access.NOBODY;

    /** @param exports where copies of commits are kept, shared with whoever builds them */
    ServedTrust(ConfigRepository repository, Path exports, Cancellation cancellation, Consumer<String> log) {
        this.repository = repository;
        this.exports = exports;
        this.cancellation = cancellation;
        this.log = log;
    }

    /** What cannot be read gives nobody anything: an older answer could let in whoever was just locked out. */
    @Override
    public synchronized Access get() {
        try {
            return read();
        } catch (StoreException | IOException | ConfigException e) {
            log.accept("nobody may use " + repository.gitDirectory() + " now: " + e.getMessage());
            return Access.NOBODY;
        }
    }

    /** As {@link #get}, and says what is wrong. A repository without a commit has nobody in it, which is nothing wrong. */
    synchronized Access read() throws StoreException, IOException, ConfigException {
        if (!repository.hasCommit(cancellation)) {
            return Access.NOBODY;
        }
        CommitId head = repository.commit("HEAD", cancellation);
        if (!seen.equals(Optional.of(head))) {
            Path export = exports.resolve(head.hex());
            repository.export(head, export, cancellation);
            access = TrustFolder.read(export);
            seen = Optional.of(head);
        }
        return access;
    }
}
