package org.sourceos.importer.secret;

import java.util.List;

/**
 * A text without its secrets.
 *
 * @param text with {@link #MARK} where secrets were
 * @param places where they were, in order
 */
public record Cleaned(String text, List<Place> places) {
    /** What stands for a secret. */
    public static final String MARK = "WITHHELD";

    /**
     * Where a secret was.
     *
     * @param line from 1
     * @param what with its article; never the secret itself
     */
    public record Place(int line, String what) {}

    public Cleaned {
        places = List.copyOf(places);
    }

    public boolean changed() {
        return !places.isEmpty();
    }
}
