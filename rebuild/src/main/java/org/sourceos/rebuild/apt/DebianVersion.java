package org.sourceos.rebuild.apt;

import java.util.Comparator;
import org.sourceos.config.recipe.VersionOrder;

/** The order of whole Debian versions, {@code [epoch:]upstream[-revision]} (Debian Policy 5.6.12). */
final class DebianVersion {
    static final Comparator<String> ORDER = Comparator.comparing(DebianVersion::epoch, VersionOrder.UPSTREAM)
            .thenComparing(DebianVersion::upstream, VersionOrder.UPSTREAM)
            .thenComparing(DebianVersion::revision, VersionOrder.UPSTREAM);

    private DebianVersion() {}

    private static String epoch(String version) {
        int colon = version.indexOf(':');
        return colon < 0 ? "0" : version.substring(0, colon);
    }

    private static String upstream(String version) {
        String rest = version.substring(version.indexOf(':') + 1);
        int hyphen = rest.lastIndexOf('-');
        return hyphen < 0 ? rest : rest.substring(0, hyphen);
    }

    /** A missing revision is the same as {@code 0}. */
    private static String revision(String version) {
        int hyphen = version.lastIndexOf('-');
        return hyphen < 0 ? "0" : version.substring(hyphen + 1);
    }
}
