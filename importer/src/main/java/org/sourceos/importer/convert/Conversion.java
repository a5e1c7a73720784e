package org.sourceos.importer.convert;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What converting a package would do, and what it would take away.
 *
 * @param binaries the package and those of the same source that it depends on
 * @param others installed packages of other sources that it depends on
 * @param othersKib what they take where they are installed, with all that they depend on
 * @param base the build environment, {@code debian-12}
 * @param commands paths of programs that are handed over; the first is what the machine runs by itself
 * @param desktop what becomes of each desktop entry
 * @param alternatives names that lead to its programs through alternatives, {@code awk → /usr/bin/mawk}
 * @param links paths that alternatives lead to its programs on the host, where its own scripts call them by those, each with
 *     the program
 * @param unused programs that are not handed over, for the machine has no interpreter for them
 * @param include globs of what it needs of {@code others} when it runs
 * @param lost sentences
 */
public record Conversion(
        InstalledPackage of,
        Fit fit,
        ProgramNeeds needs,
        List<String> binaries,
        List<String> others,
        long othersKib,
        String base,
        List<String> commands,
        List<DesktopEntry> desktop,
        List<String> alternatives,
        SortedMap<String, String> links,
        List<String> unused,
        List<String> include,
        List<String> lost) {
    public Conversion {
        binaries = List.copyOf(binaries);
        others = List.copyOf(others);
        commands = List.copyOf(commands);
        desktop = List.copyOf(desktop);
        alternatives = List.copyOf(alternatives);
        links = Collections.unmodifiableSortedMap(new TreeMap<>(links));
        unused = List.copyOf(unused);
        include = List.copyOf(include);
        lost = List.copyOf(lost);
    }

    public String name() {
        return of.name();
    }
}
