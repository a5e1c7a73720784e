package org.sourceos.config.debian;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One entry of apt's list of sources ({@code sources.list(5)}), whichever of the two formats it was written in.
 *
 * @param types {@code deb}, {@code deb-src}
 * @param suites names of suites, or a path ending in {@code /} for a flat repository
 * @param components none for a flat repository
 * @param options every other field by its deb822 name ({@code Signed-By}, {@code Architectures}); a value of several lines
 *     (an embedded key) as {@link ControlFile.Paragraph} has it
 */
public record SourceEntry(
        List<String> types,
        List<String> uris,
        List<String> suites,
        List<String> components,
        SortedMap<String, String> options) {

    public SourceEntry {
        types = List.copyOf(types);
        uris = List.copyOf(uris);
        suites = List.copyOf(suites);
        components = List.copyOf(components);
        SortedMap<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(options);
        options = java.util.Collections.unmodifiableSortedMap(copy);
    }

    public SourceEntry withTypes(List<String> newTypes) {
        return new SourceEntry(newTypes, uris, suites, components, options);
    }

    public SourceEntry withSuites(List<String> newSuites) {
        return new SourceEntry(types, uris, newSuites, components, options);
    }

    public SourceEntry withoutOption(String name) {
        SortedMap<String, String> fewer = new TreeMap<>(options);
        fewer.remove(name);
        return new SourceEntry(types, uris, suites, components, fewer);
    }

    /** As a deb822 paragraph, ending with an empty line. */
    public String print() {
        StringBuilder text = new StringBuilder();
        field(text, "Types", String.join(" ", types));
        field(text, "URIs", String.join(" ", uris));
        field(text, "Suites", String.join(" ", suites));
        if (!components.isEmpty()) {
            field(text, "Components", String.join(" ", components));
        }
        for (Map.Entry<String, String> option : options.entrySet()) {
            field(text, option.getKey(), option.getValue());
        }
        return text.append('\n').toString();
    }

    private static void field(StringBuilder text, String name, String value) {
        text.append(name).append(':');
        if (!value.startsWith("\n")) {
            text.append(' ');
        }
        text.append(value.replace("\n", "\n ")).append('\n');
    }
}
