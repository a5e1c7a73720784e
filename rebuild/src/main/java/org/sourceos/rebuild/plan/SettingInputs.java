package org.sourceos.rebuild.plan;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.config.diagnostic.Position;
import org.sourceos.config.recipe.PackageSpec.SourceLocation;
import org.sourceos.config.recipe.PackageSpec.SourceSpec;

/**
 * What the settings of a package name beside texts: files, which builds and programs find at places of their own, and other
 * packages.
 *
 * @param folder of the configuration, which the files are relative to and in
 * @param files what each is, by its place: {@code usr/share/sourceos/firefox/profile/work-profile} is {@code ./work-profile}
 * @param packages the package is built with them, and all that they install is in its image
 */
public record SettingInputs(Path folder, SortedMap<String, String> files, SortedSet<String> packages) {
    public static final SettingInputs NONE = new SettingInputs(Path.of(""), new TreeMap<>(), new TreeSet<>());

    public SettingInputs {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        packages = Collections.unmodifiableSortedSet(new TreeSet<>(packages));
    }

    /** What is at a place, as sources are brought: by its content, and with nothing outside of the folder. */
    public SourceSpec source(String place) {
        String path = files.get(place);
        if (path == null) {
            throw new IllegalArgumentException("no file for " + place);
        }
        return new SourceSpec(
                new SourceLocation.LocalPath(path), Optional.empty(), new Position(folder.toString(), 1, 1));
    }

    /** By which name its content is an input of a build key. */
    public static String input(String place) {
        return "setting file /" + place;
    }
}
