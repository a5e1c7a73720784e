package org.sourceos.config.debian;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sourceos.config.recipe.VersionOrder;

/**
 * A whole Debian version, {@code [epoch:]upstream[-revision]} (Debian Policy 5.6.12), as it was written. Equal are versions
 * of the same text; versions that Debian takes for the same ({@code 1.0} and {@code 0:1.0-0}) only compare as 0.
 *
 * @param text the whole
 */
public record DebianVersion(String text) implements Comparable<DebianVersion> {
    private static final Pattern FORM =
            Pattern.compile("(?:([0-9]{1,10}):)?([A-Za-z0-9.+~:-]+?)(?:-([A-Za-z0-9.+~]+))?");

    /** The order of texts that need not have the form, such as those of damaged lists. */
    public static final Comparator<String> ORDER = Comparator.comparing(DebianVersion::epochOf, VersionOrder.UPSTREAM)
            .thenComparing(DebianVersion::upstreamOf, VersionOrder.UPSTREAM)
            .thenComparing(DebianVersion::revisionOf, VersionOrder.UPSTREAM);

    /** Empty if the text is none: dpkg's rules, which let an upstream version begin with a letter but warn of it. */
    public static Optional<DebianVersion> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()
                || text.endsWith("-")
                || upstreamOf(text).isEmpty()
                || (form.group(1) == null && form.group(2).contains(":"))) {
            return Optional.empty();
        }
        return Optional.of(new DebianVersion(text));
    }

    /** {@code 0} where it is not written. */
    public String epoch() {
        return epochOf(text);
    }

    public String upstream() {
        return upstreamOf(text);
    }

    /** {@code 0} where it is not written, which means the same. */
    public String revision() {
        return revisionOf(text);
    }

    @Override
    public int compareTo(DebianVersion other) {
        return ORDER.compare(text, other.text);
    }

    @Override
    public String toString() {
        return text;
    }

    private static String epochOf(String version) {
        int colon = version.indexOf(':');
        return colon < 0 ? "0" : version.substring(0, colon);
    }

    private static String upstreamOf(String version) {
        String rest = version.substring(version.indexOf(':') + 1);
        int hyphen = rest.lastIndexOf('-');
        return hyphen < 0 ? rest : rest.substring(0, hyphen);
    }

    private static String revisionOf(String version) {
        int hyphen = version.lastIndexOf('-');
        return hyphen < 0 ? "0" : version.substring(hyphen + 1);
    }
}
