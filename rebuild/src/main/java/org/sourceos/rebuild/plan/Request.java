package org.sourceos.rebuild.plan;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A program somebody wants, by the name of its recipe, and what it is asked for beyond the recipe's defaults.
 *
 * @param settings values for options that the recipe declares, as texts; the build and the program see them as variables
 * @param inputs what settings name beside texts
 * @param kernel what is wanted of its kernel beyond that
 */
public record Request(
        String name,
        SortedSet<String> features,
        SortedMap<String, String> settings,
        SettingInputs inputs,
        KernelWish kernel) {
    public Request {
        features = Collections.unmodifiableSortedSet(new TreeSet<>(features));
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    }

    /** With the kernel that its recipe says. */
    public Request(String name, SortedSet<String> features, SortedMap<String, String> settings) {
        this(name, features, settings, SettingInputs.NONE, KernelWish.NONE);
    }

    public Request(String name, SortedSet<String> features) {
        this(name, features, new TreeMap<>());
    }

    public static Request of(String name) {
        return new Request(name, new TreeSet<>());
    }
}
