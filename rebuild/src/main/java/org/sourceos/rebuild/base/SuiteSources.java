package org.sourceos.rebuild.base;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.sourceos.config.debian.SourceEntry;
import org.sourceos.host.Cancellation;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.apt.AptState;
import org.sourceos.rebuild.progress.StepListener;

/**
 * Which of the machine's sources make up one Debian release: those whose signed release file says that they are Debian's and
 * gives the release's codename, alone or with {@code -updates} or {@code -security}. What the configuration calls them
 * ({@code stable}, a mirror's address) does not matter.
 */
public final class SuiteSources {
    private SuiteSources() {}

    /**
     * The entries that offer it, with the suites of theirs that do.
     *
     * @param what is to be made of it, such as {@code the base debian-12}
     */
    public static List<SourceEntry> find(
            String what, String suite, AptState apt, StepListener listener, String step, Cancellation cancellation)
            throws RebuildException {
        List<AptState.Release> releases = apt.releases(listener, step, cancellation);
        return choose(what, suite, apt.host().sources(warning -> {}), releases);
    }

    static List<SourceEntry> choose(
            String what, String suite, List<SourceEntry> configured, List<AptState.Release> releases)
            throws RebuildException {
        Set<String> codenames = Set.of(suite, suite + "-updates", suite + "-security");
        Set<SourceEntry> chosen = new LinkedHashSet<>();
        boolean main = false;
        for (SourceEntry entry : configured) {
            List<String> suites = new ArrayList<>();
            for (AptState.Release release : releases) {
                if (isOf(release, entry) && isDebian(release) && codenames.contains(release.codename())) {
                    suites.add(release.suite());
                    main |= release.codename().equals(suite);
                }
            }
            if (!suites.isEmpty() && entry.types().contains("deb")) {
                chosen.add(entry.withTypes(List.of("deb"))
                        .withSuites(suites.stream().distinct().sorted().toList()));
            }
        }
        if (!main) {
            throw notOffered(what, suite, releases);
        }
        return List.copyOf(chosen);
    }

    private static boolean isDebian(AptState.Release release) {
        return release.origin().equals("Debian");
    }

    private static boolean isOf(AptState.Release release, SourceEntry entry) {
        return entry.suites().contains(release.suite())
                && entry.uris().stream().anyMatch(uri -> withSlash(uri).equals(withSlash(release.uri())));
    }

    private static String withSlash(String uri) {
        return uri.endsWith("/") ? uri : uri + "/";
    }

    private static RebuildException notOffered(String what, String suite, List<AptState.Release> releases) {
        Set<String> offered = new TreeSet<>();
        releases.stream().filter(SuiteSources::isDebian).forEach(r -> offered.add(r.codename()));
        return new RebuildException(
                RebuildException.Kind.UNUSABLE,
                "cannot make " + what + ": it is Debian " + suite
                        + ", and this machine's apt sources do not offer that release; they offer "
                        + (offered.isEmpty() ? "no release of Debian" : String.join(", ", offered))
                        + ". Choose one of these, or add a source such as\n  deb http://MIRROR/debian "
                        + suite + " main");
    }
}
