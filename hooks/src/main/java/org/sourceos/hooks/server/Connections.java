package org.sourceos.hooks.server;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;

/** Counts connections, and closes those that are too many before anything is computed for them. */
final class Connections implements SessionListener {
    private final int most;
    private final Consumer<String> log;
    private final Set<Session> open = ConcurrentHashMap.newKeySet();

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
        if (open.size() >= most) {
            log.accept(address(session) + ": refused: " + most + " connections are open, which is the limit");
            session.close(true);
        } else {
            open.add(session);
        }
    }

    @Override
    public void sessionClosed(Session session) {
        if (open.remove(session) && !session.isAuthenticated()) {
            log.accept(address(session) + ": left or was cut off without a key that is known");
        }
    }
}
