package org.sourceos.importer.convert;

import java.util.List;
import org.sourceos.config.debian.Relations;

/**
 * A binary package as dpkg's status of a system has it, with the files it brought.
 *
 * @param source the source package it was built from
 * @param sourceVersion that one's version: without what a rebuild of the binary added
 * @param section without the archive's area; empty where it is not said
 * @param depends with {@code Pre-Depends}
 * @param recommends with {@code Suggests}: what it can do without
 * @param files absolute, as dpkg lists them, folders included
 * @param installedKib 0 where it is not said
 */
public record InstalledPackage(
        String name,
        String version,
        String architecture,
        String source,
        String sourceVersion,
        boolean essential,
        String priority,
        String section,
        String description,
        Relations depends,
        Relations recommends,
        Relations provides,
        List<String> files,
        long installedKib) {
    private static final List<String> PROGRAM_FOLDERS =
            List.of("/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/", "/usr/games/");

    public InstalledPackage {
        files = List.copyOf(files);
    }

    /** Whether a path is directly in a folder of programs. */
    static boolean isProgram(String path) {
        return PROGRAM_FOLDERS.stream()
                .anyMatch(folder -> path.startsWith(folder) && path.indexOf('/', folder.length()) < 0);
    }

    /** The names that its relations mention first, each once. */
    List<String> dependedOn() {
        return depends.clauses().stream()
                .map(clause -> clause.alternatives().get(0).name())
                .distinct()
                .toList();
    }
}
