package org.sourceos.rebuild.plan;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A kernel by itself: no program's image has it.
 *
 * @param version which the recipe must make; empty for whichever it makes
 * @param features fragments of the catalogue, laid over its base
 * @param platform the fragment that says what the kernel runs on, laid over the features: {@code HOST}; empty for a machine
 * @param options laid over those, by name with {@code CONFIG_}, {@code n} for "not set"
 * @param patches applied after the recipe's own, in this order
 */
public record KernelRequest(
        Optional<String> version,
        SortedSet<String> features,
        Optional<String> platform,
        SortedMap<String, String> options,
        List<Path> patches) {
    public KernelRequest {
        features = Collections.unmodifiableSortedSet(new TreeSet<>(features));
        options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
        patches = List.copyOf(patches);
    }

    /** A machine's, with these features. */
    public static KernelRequest of(SortedSet<String> features) {
        return new KernelRequest(Optional.empty(), features, Optional.empty(), new TreeMap<>(), List.of());
    }
}
