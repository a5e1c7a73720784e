package org.sourceos.hooks.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.sshd.server.SshServer;
import org.sourceos.host.ProcessRunner;

/**
 * Serves git repositories over SSH: push and fetch for those whose keys the repositories know, and nothing else. Git itself
 * does the work, in a process for each command, so quarantine, hooks and checks are git's. See
 * docs/decisions/0007-git-itself-serves.md.
 */
public final class PushServer implements AutoCloseable {
    /** Variables that git's hooks get: who pushes, and the widest {@link Right} they have, in lower case. */
    public static final String PUSHER = "SOURCEOS_PUSHER";

    public static final String RIGHT = "SOURCEOS_PUSHER_RIGHT";

    /** More than the time that git is given to end by itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SshServer ssh;
    private final GitCommands commands;
    private final HostKey key;

    /**
     * @param directory absolute
     * @param access asked for each connection and each command; from several threads
     * @param closures where what was built of it elsewhere is received
     */
    public record Repository(Path directory, Supplier<Access> access, Closures closures) {
        /** One that receives nothing that was built elsewhere. */
        public Repository(Path directory, Supplier<Access> access) {
            this(directory, access, Closures.NONE);
        }

        public Repository {
            if (!directory.isAbsolute()) {
                throw new IllegalArgumentException("a relative repository: " + directory);
            }
        }
    }

    /**
     * @param listen port 0 for any that is free
     * @param repositories by the names that clients use
     * @param hostKey made if it is missing
     * @param environment all that git and its hooks get; PATH to find git
     * @param contacts told of each command of somebody who may push
     * @param log gets a line for each connection that was refused and each command; from several threads
     */
    public record Settings(
            InetSocketAddress listen,
            Map<String, Repository> repositories,
            Path hostKey,
            Limits limits,
            Map<String, String> environment,
            Contacts contacts,
            Clock clock,
            Consumer<String> log) {
        public Settings {
            repositories = Map.copyOf(repositories);
            environment = Map.copyOf(environment);
            for (String name : repositories.keySet()) {
                if (!isName(name)) {
                    throw new IllegalArgumentException("not the name of a repository: " + name);
                }
            }
        }
    }

    private PushServer(SshServer ssh, GitCommands commands, HostKey key) {
        this.ssh = ssh;
        this.commands = commands;
        this.key = key;
    }

    /** Whether a repository can be served under a name: letters, digits, {@code -} and {@code _}. */
    public static boolean isName(String text) {
        return ExecRequest.isName(text);
    }

    public static PushServer start(Settings settings, ProcessRunner runner) throws ServerException {
        HostKey key = HostKey.in(settings.hostKey());
        GitCommands commands = new GitCommands(settings, runner);
        List<Supplier<Access>> accesses = settings.repositories().values().stream()
                .map(Repository::access)
                .toList();
        SshServer ssh = Transport.of(settings, key, new KeyAuthenticator(accesses, settings.clock()), commands);
        try {
            ssh.start();
        } catch (IOException | RuntimeException e) {
            stop(ssh);
            throw new ServerException(
                    "cannot listen on " + settings.listen() + ": " + e.getMessage()
                            + "; another program may have that port, and those below 1024 are for root",
                    e);
        }
        return new PushServer(ssh, commands, key);
    }

    public int port() {
        return ssh.getPort();
    }

    /** Of the host's key, as {@code ssh} shows it: {@code SHA256:…}. */
    public String fingerprint() {
        return key.fingerprint();
    }

    private static void stop(SshServer ssh) {
        try {
            ssh.stop(true);
        } catch (IOException e) {
            // It is closed as far as it can be, and there is nobody to tell.
        }
    }

    /** Ends all connections and all that runs for them. */
    @Override
    public void close() {
        stop(ssh);
        commands.stop(PATIENCE);
    }
}
