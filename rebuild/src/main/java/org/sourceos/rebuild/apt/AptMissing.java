package org.sourceos.rebuild.apt;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.RebuildException.Kind;

/** What apt's output means when it says that something does not exist; empty when it says something else. */
@FunctionalInterface
interface AptMissing {
    Optional<RebuildException> in(String output);

    static Optional<RebuildException> source(String what, String name, Optional<String> version, String output) {
        if (output.contains("Can not find version") || output.contains("unavailable version")) {
            return Optional.of(new RebuildException(
                    Kind.FETCH_FAILED,
                    what + ": the machine's apt sources no longer (or never did) offer this version;"
                            + " `sourceos lock --update " + name + "` takes the one they offer now"
                            + AptMessages.tail(output)));
        }
        if (output.contains("Unable to find a source package")) {
            return Optional.of(new RebuildException(
                    Kind.FETCH_FAILED,
                    what + ": the machine's apt sources have no source package and no binary package of that name"
                            + version.map(v -> " and version").orElse("")
                            + "; check the name (`apt-cache search " + name + "`)" + AptMessages.tail(output)));
        }
        return Optional.empty();
    }

    static Optional<RebuildException> packages(String what, String output) {
        Matcher version =
                Pattern.compile("Version '([^']*)' for '([^']*)' was not found").matcher(output);
        if (version.find()) {
            return Optional.of(new RebuildException(
                    Kind.FETCH_FAILED,
                    what + ": the machine's apt sources no longer offer " + version.group(2) + " " + version.group(1)
                            + ", which is locked; `sourceos lock --update " + version.group(2)
                            + "` takes the one they offer now" + AptMessages.tail(output)));
        }
        if (output.contains("Unable to locate package") || output.contains("has no installation candidate")) {
            return Optional.of(new RebuildException(
                    Kind.UNUSABLE,
                    what + ": the base's release has no package of that name; check it in the recipe's `depends`"
                            + AptMessages.tail(output)));
        }
        if (output.contains("unmet dependencies") || output.contains("Packages need to be removed")) {
            return Optional.of(new RebuildException(
                    Kind.UNUSABLE,
                    what
                            + ": they do not fit what the base has installed, perhaps because the release got updates since"
                            + " the base was made; `sourceos lock --update` takes a new base\n  "
                            + output.strip().replace("\n", "\n  ")));
        }
        return Optional.empty();
    }
}
