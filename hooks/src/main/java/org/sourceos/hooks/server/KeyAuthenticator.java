package org.sourceos.hooks.server;

import java.security.PublicKey;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.server.auth.pubkey.PublickeyAuthenticator;
import org.apache.sshd.server.session.ServerSession;

/**
 * Lets in whoever has a key that any of the repositories knows; which of them, and what with it, is asked for each command.
 * The user's name that a client gives means nothing.
 */
final class KeyAuthenticator implements PublickeyAuthenticator {
    private static final AttributeKey<PublicKey> KEY = new AttributeKey<>();
    private static final AttributeKey<List<Access>> KNOWN = new AttributeKey<>();

    private static final AttributeKey<Instant> SINCE = new AttributeKey<>();

    private final List<Supplier<Access>> repositories;
    private final Clock clock;

    KeyAuthenticator(List<Supplier<Access>> repositories, Clock clock) {
        this.repositories = List.copyOf(repositories);
        this.clock = clock;
    }

    @Override
    public boolean authenticate(String username, PublicKey key, ServerSession session) {
        // Asked once a connection: a client that offers keys should not have us read the configuration for each.
        List<Access> known = session.computeAttributeIfAbsent(
                KNOWN, absent -> repositories.stream().map(Supplier::get).toList());
        if (known.stream().noneMatch(access -> access.person(key).isPresent())) {
            return false;
        }
        // A client may ask about a key that it cannot use. The last one asked about before a success is the one that
        // was
        // proved: the library asks here again, and checks the signature then.
        session.setAttribute(KEY, key);
        session.setAttribute(SINCE, clock.instant());
        return true;
    }

    /** When the other side has proved it. */
    static Instant since(Session session) {
        return Optional.ofNullable(session.getAttribute(SINCE)).orElse(Instant.EPOCH);
    }

    /** The key that the other side has proved to have. */
    static Optional<PublicKey> key(Session session) {
        return session.isAuthenticated() ? Optional.ofNullable(session.getAttribute(KEY)) : Optional.empty();
    }
}
