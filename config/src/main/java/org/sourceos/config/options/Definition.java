package org.sourceos.config.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sourceos.config.nix.NixValue;
import org.sourceos.config.nix.Place;

/**
 * What one place of a configuration says of an option.
 *
 * @param value perhaps not evaluated, perhaps still wrapped in {@code mkIf} and the like
 * @param place where; empty for a default
 * @param conditions all of them must hold for the definition to count; not evaluated
 * @param priority the smallest wins; {@link #NORMAL} where nothing else is said
 * @param order where it goes in a list; the smaller the earlier
 */
record Definition(NixValue value, Optional<Place> place, List<NixValue> conditions, int priority, int order) {
    static final int NORMAL = 100;
    static final int MIDDLE = 1000;

    Definition {
        conditions = List.copyOf(conditions);
    }

    static Definition of(NixValue value, Optional<Place> place) {
        return new Definition(value, place, List.of(), NORMAL, MIDDLE);
    }

    Definition with(NixValue other, Optional<Place> elsewhere) {
        return new Definition(other, elsewhere.or(() -> place), conditions, priority, order);
    }

    Definition with(NixValue other) {
        return with(other, Optional.empty());
    }

    Definition onlyIf(NixValue condition) {
        List<NixValue> more = new ArrayList<>(conditions);
        more.add(condition);
        return new Definition(value, place, more, priority, order);
    }

    /** The outermost {@code mkForce} or {@code mkDefault} is the one that counts. */
    Definition prioritised(int other) {
        return new Definition(value, place, conditions, priority == NORMAL ? other : priority, order);
    }

    Definition ordered(int other) {
        return new Definition(value, place, conditions, priority, order == MIDDLE ? other : order);
    }
}
