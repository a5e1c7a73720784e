package org.sourceos.cli.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.sourceos.cli.CommandContext;
import org.sourceos.config.ConfigException;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.hooks.server.Access;
import org.sourceos.hooks.server.Limits;
import org.sourceos.hooks.server.PushSize;
import org.sourceos.hooks.server.TrustFolder;

/**
 * Whether a push is as small as pushes of a configuration have to be. Our server has git stop before that is passed; over any
 * other way git has taken all of it by now, up to {@link #MOST}, and throws it away when it is refused here.
 */
final class SizeGuard {
    /** What git itself takes at most where our hooks are and our server is not: enough to get here and be told why. */
    static final long MOST = 512L << 20;

    private final CommandContext context;
    private final Path exports;
    private final ConfigRepository repository;

    SizeGuard(CommandContext context, Path exports, ConfigRepository repository) {
        this.context = context;
        this.exports = exports;
        this.repository = repository;
    }

    /** By what {@code trust/} of what is there says, never what comes. The first push of all has no limit but git's. */
    boolean allowsPush() throws StoreException, IOException {
        String quarantine = context.environment().get("GIT_QUARANTINE_PATH");
        if (quarantine == null || !repository.hasCommit(context.cancellation())) {
            return true;
        }
        PushSize most = PushSize.ofCommits(access(), Limits.DEFAULT);
        long size = sizeOf(context.directory().resolve(quarantine));
        if (size <= most.bytes()) {
            return true;
        }
        context.err().println("sourceos: " + most.refusal(size));
        return false;
    }

    private Access access() throws StoreException, IOException {
        CommitId head = repository.commit("HEAD", context.cancellation());
        Path export = exports.resolve(head.hex());
        repository.export(head, export, context.cancellation());
        try {
            return TrustFolder.read(export);
        } catch (ConfigException e) {
            return Access.NOBODY; // nobody is let in by the server then, and a push by path mends it
        }
    }

    /** Of objects, in a pack or one by one; indexes are git's own. */
    private static long sizeOf(Path quarantine) throws IOException {
        long size = 0;
        try (Stream<Path> files = Files.walk(quarantine)) {
            for (Path file : files.toList()) {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        && !file.toString().endsWith(".idx")
                        && !file.toString().endsWith(".rev")) {
                    size += Files.size(file);
                }
            }
        }
        return size;
    }
}
