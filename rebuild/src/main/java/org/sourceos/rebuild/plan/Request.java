package org.sourceos.rebuild.plan;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** A program somebody wants, by the name of its recipe, and what it is asked for beyond the recipe's defaults. */
public record Request(String name, SortedSet<String> features) {
    public Request {
        features = Collections.unmodifiableSortedSet(new TreeSet<>(features));
    }

    public static Request of(String name) {
        return new Request(name, new TreeSet<>());
    }
}
