package org.sourceos.rebuild.plan;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What somebody wants of a program's kernel besides what recipes say.
 *
 * @param features further fragments of the catalogue
 * @param variant as {@link KernelVariant} takes it; wins over the recipe's
 */
public record KernelWish(SortedSet<String> features, SortedMap<String, String> variant) {
    public static final KernelWish NONE = new KernelWish(new TreeSet<>(), new TreeMap<>());

    public KernelWish {
        features = Collections.unmodifiableSortedSet(new TreeSet<>(features));
        variant = Collections.unmodifiableSortedMap(new TreeMap<>(variant));
    }
}
