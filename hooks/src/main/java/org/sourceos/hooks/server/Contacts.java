package org.sourceos.hooks.server;

import java.time.Instant;
import java.util.Optional;

/** Who wants to know that somebody who may push has reached this computer over the network. Called from several threads. */
public interface Contacts {
    /** Nobody wants to. */
    Contacts IGNORED = contact -> Optional.empty();

    /**
     * @param person who has proved a key
     * @param connected when that was
     * @param confirms whether they say so in so many words, or only ask for something else
     */
    record Contact(String person, Instant connected, boolean confirms) {}

    /** What became of it, in words for that person; empty if nothing did. */
    Optional<String> made(Contact contact);
}
