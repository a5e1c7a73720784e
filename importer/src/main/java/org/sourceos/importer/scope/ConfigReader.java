package org.sourceos.importer.scope;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.config.diff.UnifiedDiff;
import org.sourceos.importer.Scope;
import org.sourceos.importer.result.Findings;
import org.sourceos.importer.result.Note.Kind;
import org.sourceos.importer.result.Setting;
import org.sourceos.importer.root.FileFacts;
import org.sourceos.importer.secret.SecretFinder;

/**
 * Configuration files that are not as their packages brought them, by the MD5 sums that dpkg and ucf recorded; diversions,
 * alternatives, permissions. Of a changed file the difference is kept too, where the original is still there.
 */
public final class ConfigReader implements ScopeReader {
    private static final String UCF = "/var/lib/ucf/hashfile";

    @Override
    public boolean claims(String path) {
        return path.startsWith("/etc/alternatives/") || path.equals("/etc/fstab");
    }

    @Override
    public void read(DebianSystem system, Findings into) {
        SortedSet<String> removed = new TreeSet<>();
        for (DpkgPackage one : system.packages().values()) {
            system.throwIfCancelled();
            one.conffiles().forEach((path, sum) -> {
                if (!into.isExcluded(path) && system.files().status(path).isEmpty()) {
                    // Obsolete ones are dropped by their package's next version anyway.
                    if (system.isOwned(path) && !sum.equals("newconffile")) {
                        removed.add(path);
                    }
                } else {
                    changed(system, into, path, sum, one.name());
                }
            });
        }
        if (!removed.isEmpty()) {
            into.set(Scope.CONFIG, DpkgStatus.FILE, Setting.texts(removed), "system", "debian", "removed");
        }
        for (String line : system.files().lines(UCF)) {
            if (line.matches("[0-9a-f]{32}  /.*")) {
                changed(system, into, line.substring(34), line.substring(0, 32), "");
            }
        }
        diversions(system, into);
        alternatives(system, into);
        permissions(system, into);
        new Answers(system, into).read();
        new FileSystems(system, into).read();
    }

    private static void changed(DebianSystem system, Findings into, String path, String sum, String owner) {
        if (into.isKnown(path) || into.isExcluded(path)) {
            return;
        }
        Optional<FileFacts> facts = system.files().status(path);
        if (facts.isPresent() && facts.get().isLink()) {
            system.files()
                    .link(path)
                    .ifPresent(target ->
                            into.set(Scope.CONFIG, path, Setting.text(target), "system", "debian", "links", path));
            return;
        }
        Optional<byte[]> now =
                facts.isPresent() && facts.get().isFile() ? system.files().bytes(path) : Optional.empty();
        if (now.isEmpty()) {
            if (facts.isPresent()) {
                into.note(Scope.CONFIG, Kind.UNMAPPED, path, "cannot be read, or is no file; is this run as root?");
            }
            return;
        }
        if (DebianSystem.md5(now.get()).equals(sum)) {
            into.done(path);
            return;
        }
        Optional<byte[]> original = original(system, path, sum);
        String origin = owner.isEmpty() ? "" : ", of package " + owner;
        Optional<String> kept = system.keep(
                into,
                Scope.CONFIG,
                path,
                "changed" + origin
                        + (original.isPresent()
                                ? "; the difference is diffs" + path + ".diff"
                                : "; the original is not there any more"),
                owner.isEmpty() ? Map.of() : Map.of("package", owner));
        if (kept.isPresent() && original.isPresent()) {
            String before = new String(original.get(), StandardCharsets.UTF_8);
            // Both sides without secrets, so that none is in the difference.
            String difference = UnifiedDiff.of(
                    path.substring(1), into.text(Scope.CONFIG, path + " (the original)", before), kept.get());
            into.add("diffs" + path + ".diff", difference);
        }
    }

    /** What dpkg or ucf left beside the file, if it is the very file that the package had. */
    private static Optional<byte[]> original(DebianSystem system, String path, String sum) {
        for (String suffix : List.of(".dpkg-dist", ".dpkg-old", ".dpkg-new", ".ucf-dist", ".ucf-old")) {
            Optional<byte[]> candidate = system.files().bytes(path + suffix);
            if (candidate.isPresent() && DebianSystem.md5(candidate.get()).equals(sum)) {
                return candidate;
            }
        }
        Optional<byte[]> cached = system.files().bytes("/var/lib/ucf/cache/" + path.replace('/', ':'));
        return cached.filter(bytes -> DebianSystem.md5(bytes).equals(sum));
    }

    /** Three lines each: what, where to, by whom; {@code :} is whoever keeps the system. */
    private static void diversions(DebianSystem system, Findings into) {
        List<String> lines = system.files().lines("/var/lib/dpkg/diversions");
        for (int i = 0; i + 2 < lines.size(); i += 3) {
            if (lines.get(i + 2).equals(":") && lines.get(i).startsWith("/")) {
                into.set(
                        Scope.CONFIG,
                        "/var/lib/dpkg/diversions",
                        Setting.text(lines.get(i + 1)),
                        "system",
                        "debian",
                        "diversions",
                        lines.get(i),
                        "to");
            }
        }
    }

    private static void alternatives(DebianSystem system, Findings into) {
        String folder = "/var/lib/dpkg/alternatives";
        for (String name : system.files().list(folder)) {
            List<String> lines = system.files().lines(folder + "/" + name);
            if (!lines.isEmpty() && lines.get(0).equals("manual")) {
                system.files()
                        .link("/etc/alternatives/" + name)
                        .ifPresent(target -> into.set(
                                Scope.CONFIG,
                                folder + "/" + name,
                                Setting.text(target),
                                "system",
                                "debian",
                                "alternatives",
                                name));
            }
        }
    }

    private static void permissions(DebianSystem system, Findings into) {
        String file = "/var/lib/dpkg/statoverride";
        for (String line : system.files().lines(file)) {
            String[] words = line.split(" ", 4);
            if (words.length == 4 && !system.isNamedByPackages(words[3])) {
                SortedMap<String, Setting> options = new TreeMap<>();
                options.put("owner", Setting.text(words[0]));
                options.put("group", Setting.text(words[1]));
                options.put("mode", Setting.text(words[2]));
                into.set(Scope.CONFIG, file, new Setting.Names(options), "system", "debian", "permissions", words[3]);
            }
        }
    }

    /** Whether the name of a setting says that its value must not be shown. */
    static boolean isSecret(String name) {
        return SecretFinder.isSecretName(name);
    }
}
