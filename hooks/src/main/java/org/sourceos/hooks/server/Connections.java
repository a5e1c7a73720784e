package org.sourceos.hooks.server;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;

/**
 * Counts connections. When there are too many, the oldest that has not said whose it is makes room for the new one: who opens
 * many and says nothing locks nobody out. Where all have proved a key, the new one is closed.
 */
final class Connections implements SessionListener {
    private final int most;
    private final Consumer<String> log;

    /** Oldest first; only used with its lock. */
    private final Set<Session> open = new LinkedHashSet<>();

    Connections(int most, Consumer<String> log) {
        this.most = most;
        this.log = log;
    }

    /** As the log names the other side. */
    static String address(Session session) {
        return address(session.getIoSession().getRemoteAddress());
    }

    private static String address(SocketAddress address) {
        return address instanceof InetSocketAddress internet
                ? internet.getAddress().getHostAddress() + ":" + internet.getPort()
                : String.valueOf(address);
    }

    @Override
    public void sessionCreated(Session session) {
        Optional<Session> out = admit(session);
        out.ifPresent(closed -> {
            log.accept(address(closed) + ": cut off: " + most + " connections are open, which is the limit");
            closed.close(true);
        });
    }

    /** Which one has to go, if any. */
    private Optional<Session> admit(Session session) {
        synchronized (open) {
            Optional<Session> out = Optional.empty();
            if (open.size() >= most) {
                out = Optional.of(open.stream()
                        .filter(other -> !other.isAuthenticated())
                        .findFirst()
                        .orElse(session));
                open.remove(out.get());
            }
            if (out.filter(session::equals).isEmpty()) {
                open.add(session);
            }
            return out;
        }
    }

    @Override
    public void sessionClosed(Session session) {
        boolean counted;
        synchronized (open) {
            counted = open.remove(session);
        }
        if (counted && !session.isAuthenticated()) {
            log.accept(address(session) + ": left or was cut off without a key that is known");
        }
    }
}
