package org.sourceos.importer.scope;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.debian.Relations;

/**
 * A package as dpkg's status has it.
 *
 * @param priority empty where it is not said
 * @param held whether it is to stay at its version
 * @param conffiles MD5 of each configuration file as the package brought it, by path; obsolete ones included
 * @param depends with {@code Pre-Depends}
 */
record DpkgPackage(
        String name,
        String architecture,
        String version,
        boolean essential,
        String priority,
        boolean held,
        SortedMap<String, String> conffiles,
        Relations depends,
        Relations provides) {
    DpkgPackage {
        conffiles = Collections.unmodifiableSortedMap(new TreeMap<>(conffiles));
    }
}
