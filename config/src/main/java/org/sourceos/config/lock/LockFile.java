package org.sourceos.config.lock;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
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
    public record BasePin(String sha256, List<String> packages) {}

    /**
     * @param requires the packages beyond the base that it needs, as keys of {@link LockFile#debs}, sorted
     */
    public record DebPin(String version, String sha256, List<String> requires) {}

    public static LockFile empty() {
        throw new UnsupportedOperationException();
    }

    public static LockFile parse(String file, String text) throws ConfigException {
        throw new UnsupportedOperationException();
    }

    /** The text that {@link #parse} reads back as this; same lock, same text. */
    public String print() {
        throw new UnsupportedOperationException();
    }

    public LockFile withSource(String location, SourcePin pin) {
        throw new UnsupportedOperationException();
    }

    public LockFile withBase(String name, BasePin pin) {
        throw new UnsupportedOperationException();
    }

    public LockFile withDeb(String key, DebPin pin) {
        throw new UnsupportedOperationException();
    }
}
