package org.sourceos.config.lock;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.ConfigException;

/**
 * {@code sourceos.lock}: what every name that could change meant when it was first used. TOML, sorted, written by
 * SourceOS, read by people in diffs.
 *
 * @param sources by the recipe's text of the location ({@code debian:hello})
 * @param bases by the base's name ({@code debian-12})
 * @param debs build-time Debian packages, by {@code <base>:<package>}
 */
public record LockFile(
        SortedMap<String, SourcePin> sources, SortedMap<String, BasePin> bases, SortedMap<String, DebPin> debs) {

    /** The version of the text's shape. A reader refuses every other one. */
    public static final int SCHEMA = 1;

    /**
     * @param sha256 of the file; of the {@code .dsc} for a Debian source package; of the canonical listing (a layer's digest)
     *     for git and path sources
     * @param version upstream's version where the source tells it ({@code 2.10})
     * @param exact what exactly it resolved to: the Debian version ({@code 2.10-3}), the git commit; empty for URLs
     */
    public record SourcePin(String sha256, Optional<String> version, Optional<String> exact) {}

    /**
     * @param sha256 the digest of the base's layer
     * @param packages what is installed in it, {@code name=version}, sorted
     */
    public record BasePin(String sha256, List<String> packages) {
        public BasePin {
            packages = packages.stream().sorted().toList();
        }
    }

    /**
     * @param requires the packages beyond the base that it needs, as keys of {@link LockFile#debs}, sorted
     */
    public record DebPin(String version, String sha256, List<String> requires) {
        public DebPin {
            requires = requires.stream().sorted().toList();
        }
    }

    public LockFile {
        sources = Collections.unmodifiableSortedMap(new TreeMap<>(sources));
        bases = Collections.unmodifiableSortedMap(new TreeMap<>(bases));
        debs = Collections.unmodifiableSortedMap(new TreeMap<>(debs));
    }

    public static LockFile empty() {
        return new LockFile(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    }

    /**
     * Reads a lock; an empty text is an empty lock.
     *
     * @param file as messages show it
     * @throws ConfigException with every mistake; a lock of another version and one with conflict markers have just that
     */
    public static LockFile parse(String file, String text) throws ConfigException {
        return text.isBlank() ? empty() : LockFileParser.parse(file, text);
    }

    /** The text that {@link #parse} reads back as this; same lock, same text. */
    public String print() {
        return LockFilePrinter.print(this);
    }

    public LockFile withSource(String location, SourcePin pin) {
        return new LockFile(with(sources, location, pin), bases, debs);
    }

    public LockFile withBase(String name, BasePin pin) {
        return new LockFile(sources, with(bases, name, pin), debs);
    }

    public LockFile withDeb(String key, DebPin pin) {
        return new LockFile(sources, bases, with(debs, key, pin));
    }

    private static <T> SortedMap<String, T> with(SortedMap<String, T> map, String key, T value) {
        SortedMap<String, T> changed = new TreeMap<>(map);
        changed.put(key, value);
        return changed;
    }
}
