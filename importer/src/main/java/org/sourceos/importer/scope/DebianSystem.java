package org.sourceos.importer.scope;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.host.Cancellation;
import org.sourceos.importer.ImportException;
import org.sourceos.importer.Scope;
import org.sourceos.importer.result.Findings;
import org.sourceos.importer.root.FileFacts;
import org.sourceos.importer.root.RootedFiles;

/** The system that is imported, with what several readers ask of it. */
public final class DebianSystem {
    private static final String INFO = "/var/lib/dpkg/info";

    /** Only where somebody may have put something beside what packages have. */
    private static final List<String> LOOKED_AT = List.of(
            "/etc/", "/opt/", "/usr/local/", "/usr/share/keyrings/", "/usr/lib/node_modules/", "/var/spool/cron/");

    private final RootedFiles files;
    private final Cancellation cancellation;
    private final String architecture;
    private final DpkgStatus status;
    private final Accounts accounts;
    private final Set<String> owned = new HashSet<>();
    private final SortedSet<String> lists = new TreeSet<>();
    private Optional<String> scripts = Optional.empty();

    private DebianSystem(RootedFiles files, Cancellation cancellation) throws IOException {
        this.files = files;
        this.cancellation = cancellation;
        this.architecture = files.lines("/var/lib/dpkg/arch").stream()
                .findFirst()
                .filter(line -> line.matches("[a-z0-9-]+"))
                .orElse("amd64");
        this.status = DpkgStatus.read(files, architecture);
        this.accounts = Accounts.read(files);
        readLists();
    }

    /**
     * Looks at a system.
     *
     * @throws ImportException if there is no Debian system below the root
     */
    public static DebianSystem open(RootedFiles files, String shownRoot, Cancellation cancellation)
            throws ImportException {
        try {
            if (!files.isFile(DpkgStatus.FILE)) {
                throw new ImportException("there is no Debian system in " + shownRoot + ": it has no " + DpkgStatus.FILE
                        + " that can be read; name the folder that is the system's / with --root");
            }
            DebianSystem system = new DebianSystem(files, cancellation);
            if (system.packages().isEmpty()) {
                throw new ImportException("there is no Debian system in " + shownRoot + ": its " + DpkgStatus.FILE
                        + " names no installed package"
                        + system.complaints().stream()
                                .findFirst()
                                .map(first -> " (" + first + ")")
                                .orElse("")
                        + "; is the file whole? /var/backups may have an older one");
            }
            return system;
        } catch (IOException | UncheckedIOException e) {
            throw new ImportException(
                    "cannot read the Debian system in " + shownRoot + ": " + e.getMessage() + "; nothing was written",
                    e);
        }
    }

    private void readLists() throws IOException {
        for (String name : files.list(INFO)) {
            if (name.endsWith(".list")) {
                cancellation.throwIfCancelled();
                try (BufferedReader reader = files.reader(INFO + "/" + name, StandardCharsets.UTF_8)) {
                    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                        if (isLookedAt(line)) {
                            owned.add(line);
                        }
                    }
                } catch (java.nio.file.NoSuchFileException e) {
                    // A link that leads nowhere lists nothing.
                    owned.remove(name);
                }
            } else if (name.endsWith(".md5sums") || name.endsWith(".postinst")) {
                lists.add(name);
            }
        }
        for (DpkgPackage one : status.packages().values()) {
            owned.addAll(one.conffiles().keySet());
        }
    }

    private static boolean isLookedAt(String path) {
        for (String folder : LOOKED_AT) {
            if (path.startsWith(folder)) {
                return true;
            }
        }
        return false;
    }

    RootedFiles files() {
        return files;
    }

    String architecture() {
        return architecture;
    }

    SortedMap<String, DpkgPackage> packages() {
        return status.packages();
    }

    List<String> complaints() {
        return status.complaints();
    }

    Accounts accounts() {
        return accounts;
    }

    void throwIfCancelled() {
        cancellation.throwIfCancelled();
    }

    /** Whether a package brought this file; only for places where packages are not alone. */
    boolean isOwned(String path) {
        return owned.contains(path);
    }

    /**
     * Whether a maintainer script, or a file of systemd's users, speaks of a name: then it was a package that made it.
     */
    boolean isNamedByPackages(String name) {
        if (scripts.isEmpty()) {
            StringBuilder all = new StringBuilder();
            for (String list : lists) {
                if (list.endsWith(".postinst")) {
                    all.append(files.text(INFO + "/" + list)).append('\n');
                }
            }
            for (String folder : List.of("/usr/lib/sysusers.d", "/usr/share/base-passwd")) {
                for (String file : files.list(folder)) {
                    all.append(files.text(folder + "/" + file)).append('\n');
                }
            }
            scripts = Optional.of(all.toString());
        }
        String text = scripts.orElseThrow();
        for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
            boolean begins = at == 0 || !isNamePart(text.charAt(at - 1));
            boolean ends = at + name.length() >= text.length() || !isNamePart(text.charAt(at + name.length()));
            if (begins && ends) {
                return true;
            }
        }
        return false;
    }

    /** Whether a line of a maintainer script speaks of both: {@code adduser postgres ssl-cert}. */
    boolean areNamedTogether(String one, String other) {
        return isNamedByPackages(one)
                && isNamedByPackages(other)
                && scripts.orElseThrow()
                        .lines()
                        .anyMatch(line -> line.contains(one)
                                && line.contains(other)
                                && line.matches(".*\\b(adduser|addgroup|usermod|gpasswd|m)\\b.*"));
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-';
    }

    /** Those of these MD5 sums that a file of a package has: what has it is a copy that nobody changed. */
    Set<String> sumsOfPackages(Set<String> wanted) {
        Set<String> found = new HashSet<>();
        for (String list : lists) {
            if (!list.endsWith(".md5sums")) {
                continue;
            }
            cancellation.throwIfCancelled();
            try (BufferedReader reader = files.reader(INFO + "/" + list, StandardCharsets.ISO_8859_1)) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    if (line.length() > 32) {
                        String sum = line.substring(0, 32);
                        if (wanted.contains(sum)) {
                            found.add(sum);
                        }
                    }
                }
            } catch (IOException | UncheckedIOException e) {
                // What cannot be read cannot say that a file is a copy; then the file is kept.
                found.remove(list);
            }
        }
        return found;
    }

    static String md5(byte[] bytes) {
        try {
            byte[] sum = MessageDigest.getInstance("MD5").digest(bytes);
            return String.format("%032x", new BigInteger(1, sum));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }

    /** Keeps a regular file, if it is there, with its owner and mode. */
    Optional<String> keep(Findings into, Scope scope, String path, String why) {
        return keep(into, scope, path, why, Map.of());
    }

    Optional<String> keep(Findings into, Scope scope, String path, String why, Map<String, String> further) {
        if (into.isKnown(path)) {
            return Optional.empty();
        }
        Optional<FileFacts> facts = files.status(path).filter(FileFacts::isFile);
        if (facts.isEmpty()) {
            return Optional.empty();
        }
        // Not even read, so that it cannot be shown by mistake.
        if (org.sourceos.importer.secret.SecretFiles.what(path).isPresent()) {
            return into.keep(scope, path, new byte[0], further, why);
        }
        Optional<byte[]> content = files.bytes(path);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> options = new TreeMap<>(further);
        options.put("mode", String.format("%04o", facts.get().permissions()));
        options.put("owner", accounts.user(facts.get().uid()));
        options.put("group", accounts.group(facts.get().gid()));
        return into.keep(scope, path, content.get(), options, why);
    }

    /** Keeps the files of a folder that no package brought. */
    void keepUnowned(Findings into, Scope scope, String folder, String why) {
        for (String name : files.list(folder)) {
            String path = folder + "/" + name;
            if (!isOwned(path) && !isLeftover(name)) {
                keep(into, scope, path, why);
            }
        }
    }

    /** What dpkg, ucf and editors leave beside a file. */
    static boolean isLeftover(String name) {
        return name.matches(
                        ".*(\\.dpkg-(dist|old|new|bak|tmp|remove|divert)|\\.ucf-(dist|old|new)|~|\\.swp|\\.placeholder)")
                || name.equals(".placeholder");
    }
}
