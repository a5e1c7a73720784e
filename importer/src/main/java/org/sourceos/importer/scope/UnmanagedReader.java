package org.sourceos.importer.scope;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.sourceos.importer.Scope;
import org.sourceos.importer.result.Findings;
import org.sourceos.importer.result.Note.Kind;
import org.sourceos.importer.result.Setting;
import org.sourceos.importer.root.FileFacts;
import org.sourceos.importer.secret.SecretFiles;

/**
 * Files that no package brought, in {@code /etc}, {@code /usr/local} and {@code /opt}. Small texts are kept; of the rest the
 * report says where it is and how much.
 */
public final class UnmanagedReader implements ScopeReader {
    /** What programs and maintainer scripts write there, and nobody else. */
    private static final Pattern MADE = Pattern.compile(
            "/etc/(\\.pwd\\.lock|\\.updated|mtab|ld\\.so\\.cache|motd|dpkg/origins/default|udev/hwdb\\.bin|environment"
                    + "|passwd-|group-|subuid-?|subgid-?|adjtime|resolv\\.conf|aliases\\.db|papersize|mailname"
                    + "|hosts\\.(allow|deny)|nsswitch\\.conf|cups/(printers|classes|ppd|subscriptions).*|cups/ssl/.*"
                    + "|ssl/certs/.*|ca-certificates\\.conf|pam\\.d/common-[a-z-]+|emacs/site-start\\.d/.*"
                    + "|fonts/conf\\.d/.*|xml/.*|sgml/.*|texmf/.*|tmpfiles\\.d/\\.\\..*|X11/default-display-manager"
                    + "|apparmor\\.d/(local|cache|disable)/.*|apparmor/.*\\.cache|java[^/]*/.*|ssh/ssh_host_.*_key\\.pub|lvm/.*"
                    + "|initramfs-tools/conf\\.d/resume|grub\\.d/\\.\\..*|systemd/.*|rc[0-9S]\\.d/.*|init\\.d/\\.depend\\..*"
                    + "|(apache2|nginx|lighttpd)/.*-enabled/.*|php/.*/conf\\.d/.*|alternatives/.*|bash_completion\\.d/\\.\\..*"
                    + "|perl/.*|python3/.*|dictionaries-common/.*|aspell/.*|postgresql/.*|pki/.*|exim4/update-.*|vulkan/.*"
                    + "|cups/raw\\.(convs|types)|mailcap|networks|apparmor\\.d/tunables/(home|xdg-user-dirs)\\.d/.*"
                    + "|postgresql-common/root\\.crt|printcap|magic.*|gshadow-?|shadow-?|security/opasswd|libpaper\\.d/.*|default/(grub|locale|keyboard).*)"
                    + "|/usr/local/(man|share/fonts/\\.uuid)|.*/__pycache__/.*|.*\\.pyc");

    private static final int LARGEST_KEPT = 64 << 10;
    private static final int MOST_KEPT = 400;
    private static final int DEEPEST = 24;

    private final List<ScopeReader> others;

    /** @param others whose files are not looked at here, whether these readers are used this time or not */
    public UnmanagedReader(List<ScopeReader> others) {
        this.others = List.copyOf(others);
    }

    @Override
    public boolean claims(String path) {
        return false;
    }

    @Override
    public void read(DebianSystem system, Findings into) {
        OtherManagers managers = new OtherManagers(system, into);
        managers.read();
        for (String top : List.of("/etc", "/usr/local", "/opt")) {
            new Walk(system, into, managers, top).take();
        }
    }

    /** A file that may be kept. */
    private record Candidate(String path, byte[] content) {}

    private final class Walk {
        private final DebianSystem system;
        private final Findings into;
        private final OtherManagers managers;
        private final String top;
        private final List<Candidate> candidates = new ArrayList<>();
        private final SortedMap<String, long[]> rest = new TreeMap<>();

        Walk(DebianSystem system, Findings into, OtherManagers managers, String top) {
            this.system = system;
            this.into = into;
            this.managers = managers;
            this.top = top;
        }

        void take() {
            walk(top, 0);
            Set<String> sums = new TreeSet<>();
            if (top.equals("/etc")) {
                candidates.forEach(one -> sums.add(DebianSystem.md5(one.content())));
            }
            Set<String> copies = system.sumsOfPackages(sums);
            int kept = 0;
            for (Candidate one : candidates) {
                if (copies.contains(DebianSystem.md5(one.content()))) {
                    into.done(one.path());
                } else if (kept++ < MOST_KEPT) {
                    system.keep(into, Scope.UNMANAGED, one.path(), "no package brought it");
                } else {
                    more(one.path(), one.content().length);
                }
            }
            rest.forEach((folder, count) -> into.note(
                    Scope.UNMANAGED,
                    Kind.UNMAPPED,
                    folder,
                    (count[0] == 1 ? "1 file" : count[0] + " files") + " of no package, "
                            + (count[1] < 10240 ? count[1] + " bytes" : (count[1] >> 10) + " KiB")
                            + ", that are no short texts; copy them by hand"));
        }

        private void walk(String folder, int depth) {
            system.throwIfCancelled();
            for (String name : system.files().list(folder)) {
                String path = folder + "/" + name;
                Optional<FileFacts> facts = system.files().status(path);
                if (facts.isEmpty() || into.isKnown(path) || into.isExcluded(path) || managers.has(path)) {
                    continue;
                }
                if (facts.get().isFolder()) {
                    if (name.equals(".git") || depth > DEEPEST) {
                        into.note(
                                Scope.UNMANAGED, Kind.UNMAPPED, path, "is a repository of its own, or nested too deep");
                    } else {
                        walk(path, depth + 1);
                    }
                } else if (!system.isOwned(path) && !isSpokenOf(path) && !DebianSystem.isLeftover(name)) {
                    file(path, facts.get());
                }
            }
        }

        private void file(String path, FileFacts facts) {
            if (SecretFiles.what(path).isPresent()) {
                if (facts.isFile()) {
                    system.keep(into, Scope.UNMANAGED, path, "");
                }
            } else if (facts.isLink()) {
                system.files()
                        .link(path)
                        .filter(target -> !target.startsWith("/etc/alternatives/"))
                        .ifPresent(target -> into.set(
                                Scope.UNMANAGED, path, Setting.text(target), "system", "debian", "links", path));
            } else if (facts.isFile() && facts.size() <= LARGEST_KEPT) {
                Optional<byte[]> content = system.files().bytes(path);
                if (content.isEmpty()) {
                    return;
                }
                if (isText(content.get())) {
                    candidates.add(new Candidate(path, content.get()));
                } else {
                    more(path, facts.size());
                }
            } else if (facts.isFile()) {
                more(path, facts.size());
            } else {
                into.note(Scope.UNMANAGED, Kind.UNMAPPED, path, "is a device, pipe or socket");
            }
        }

        private void more(String path, long size) {
            String[] parts = path.split("/");
            // /opt/name and /usr/local/lib/name: what was installed together.
            int depth = Math.min(parts.length - 1, top.equals("/usr/local") ? 5 : 3);
            String folder = parts.length - 1 <= depth
                    ? path
                    : String.join("/", List.of(parts).subList(0, depth));
            long[] count = rest.computeIfAbsent(folder, name -> new long[2]);
            count[0]++;
            count[1] += size;
        }
    }

    private boolean isSpokenOf(String path) {
        return MADE.matcher(path).matches() || others.stream().anyMatch(reader -> reader.claims(path));
    }

    private static boolean isText(byte[] content) {
        for (byte b : content) {
            if (b == 0) {
                return false;
            }
        }
        return true;
    }
}
