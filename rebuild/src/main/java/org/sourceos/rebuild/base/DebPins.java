package org.sourceos.rebuild.base;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.config.lock.LockFile;
import org.sourceos.config.lock.LockFile.DebPin;
import org.sourceos.gitstore.Digest;

/** The locked packages of one base: {@code <base>:<package>} keys and what follows from {@link DebPin#requires}. */
final class DebPins {
    private DebPins() {}

    static String key(String base, String name) {
        return base + ":" + name;
    }

    static String name(String base, String key) {
        return key.substring(base.length() + 1);
    }

    /** The pins of the packages and of everything they require; missing ones are left out. */
    static SortedMap<String, DebPin> reachable(String base, Collection<String> packages, LockFile lock) {
        SortedMap<String, DebPin> reached = new TreeMap<>();
        Deque<String> open = new ArrayDeque<>();
        packages.forEach(name -> open.add(key(base, name)));
        while (!open.isEmpty()) {
            String key = open.remove();
            DebPin pin = lock.debs().get(key);
            if (pin != null && reached.putIfAbsent(key, pin) == null) {
                open.addAll(pin.requires());
            }
        }
        return reached;
    }

    /** The pins of the packages and of everything they require; empty when one is missing. */
    static Optional<SortedMap<String, DebPin>> complete(String base, Collection<String> packages, LockFile lock) {
        SortedMap<String, DebPin> reached = reachable(base, packages, lock);
        boolean whole = packages.stream().allMatch(name -> reached.containsKey(key(base, name)))
                && reached.values().stream().allMatch(pin -> reached.keySet().containsAll(pin.requires()));
        return whole ? Optional.of(reached) : Optional.empty();
    }

    /**
     * What each of the packages that apt chose together requires of the others. What nobody's control file asks for by name
     * is put to the account of those that were asked for, so that nothing apt chose is lost.
     */
    static SortedMap<String, DebPin> of(
            String base, List<String> asked, List<DebFile> debs, Map<String, String> sha256ByName) {
        Map<String, SortedSet<String>> requires = new TreeMap<>();
        for (DebFile deb : debs) {
            SortedSet<String> wanted = deb.depends();
            SortedSet<String> found = new TreeSet<>();
            for (DebFile other : debs) {
                if (!other.name().equals(deb.name())
                        && other.provides().stream().anyMatch(wanted::contains)) {
                    found.add(other.name());
                }
            }
            requires.put(deb.name(), found);
        }
        SortedSet<String> orphans = new TreeSet<>(requires.keySet());
        Deque<String> open = new ArrayDeque<>(asked);
        while (!open.isEmpty()) {
            String name = open.remove();
            if (orphans.remove(name)) {
                open.addAll(requires.getOrDefault(name, new TreeSet<>()));
            }
        }
        for (String name : asked) {
            SortedSet<String> own = requires.get(name);
            if (own != null) {
                own.addAll(orphans);
            }
        }
        SortedMap<String, DebPin> pins = new TreeMap<>();
        for (DebFile deb : debs) {
            List<String> keys = requires.getOrDefault(deb.name(), new TreeSet<>()).stream()
                    .map(name -> key(base, name))
                    .toList();
            pins.put(key(base, deb.name()), new DebPin(deb.version(), sha256ByName.getOrDefault(deb.name(), ""), keys));
        }
        return pins;
    }

    /** What names a layer of these packages over a base with or without merged /usr. */
    static Digest layerKey(SortedMap<String, DebPin> pins, boolean mergedUsr) {
        StringBuilder text = new StringBuilder("sourceos debs 1\nmerged-usr " + mergedUsr + "\n");
        pins.forEach(
                (key, pin) -> text.append(key).append(' ').append(pin.sha256()).append('\n'));
        return Digest.of(text.toString());
    }
}
