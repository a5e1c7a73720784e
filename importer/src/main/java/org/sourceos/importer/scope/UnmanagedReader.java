package org.sourceos.importer.scope;

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

    /** The configuration that an import of this very computer writes to. */
    private static final String OURS = "/etc/sourceos";

    private static final int LARGEST_KEPT = 64 << 10;

    /** What is more than this was not written by hand. */
    private static final int MOST_TOGETHER = 80;

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

    /** What was installed together: {@code /opt/name}, {@code /usr/local/lib/name}, {@code /etc/name}. */
    private static final class Heap {
        private final SortedMap<String, byte[]> texts = new TreeMap<>();
        private final SortedMap<String, Long> others = new TreeMap<>();
        private long bytes;
        private int files;

        void text(String path, byte[] content) {
            count(content.length);
            texts.put(path, content);
        }

        void other(String path, long size) {
            count(size);
            others.put(path, size);
        }

        private void count(long size) {
            bytes += size;
            files++;
            if (isTooMuch()) {
                texts.clear();
                others.clear();
            }
        }

        boolean isTooMuch() {
            return files > MOST_TOGETHER;
        }
    }

    private final class Walk {
        private final DebianSystem system;
        private final Findings into;
        private final OtherManagers managers;
        private final String top;
        private final SortedMap<String, Heap> heaps = new TreeMap<>();

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
                heaps.values().forEach(heap -> heap.texts.values().forEach(text -> sums.add(DebianSystem.md5(text))));
            }
            Set<String> copies = system.sumsOfPackages(sums);
            heaps.forEach((folder, heap) -> {
                if (heap.isTooMuch()) {
                    into.note(
                            Scope.UNMANAGED,
                            Kind.UNMAPPED,
                            folder,
                            heap.files + " files of no package, " + size(heap.bytes)
                                    + ": too many to be kept here; copy them by hand, or install what they are of anew");
                    return;
                }
                heap.texts.forEach((path, content) -> {
                    if (copies.contains(DebianSystem.md5(content))) {
                        into.done(path);
                    } else {
                        system.keep(into, Scope.UNMANAGED, path, "no package brought it");
                    }
                });
                heap.others.forEach((path, size) -> into.note(
                        Scope.UNMANAGED, Kind.UNMAPPED, path, "no short text (" + size(size) + "); copy it by hand"));
            });
        }

        private static String size(long bytes) {
            return bytes < 10240
                    ? bytes + " bytes"
                    : bytes < 10 << 20 ? (bytes >> 10) + " KiB" : (bytes >> 20) + " MiB";
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
                    } else if (!path.equals(OURS)) {
                        walk(path, depth + 1);
                    }
                } else if (!system.isOwned(path) && !isSpokenOf(path) && !DebianSystem.isLeftover(name)) {
                    file(path, facts.get());
                }
            }
        }

        private void file(String path, FileFacts facts) {
            Heap heap = heaps.computeIfAbsent(heapOf(path), name -> new Heap());
            if (SecretFiles.what(path).isPresent()) {
                if (facts.isFile()) {
                    system.keep(into, Scope.UNMANAGED, path, "");
                }
            } else if (facts.isLink()) {
                link(path, heap);
            } else if (facts.isFile() && facts.size() <= LARGEST_KEPT && !heap.isTooMuch()) {
                Optional<byte[]> content = system.files().bytes(path);
                if (content.isPresent() && isText(content.get())) {
                    heap.text(path, content.get());
                } else if (content.isPresent()) {
                    heap.other(path, facts.size());
                }
            } else if (facts.isFile()) {
                heap.other(path, facts.size());
            } else {
                into.note(Scope.UNMANAGED, Kind.UNMAPPED, path, "is a device, pipe or socket");
            }
        }

        /** Links within what was installed together belong to it, and are not worth an option each. */
        private void link(String path, Heap heap) {
            String target = system.files().link(path).orElse("/etc/alternatives/");
            boolean inside = !target.startsWith("/") || target.startsWith(heapOf(path) + "/");
            boolean together =
                    heapOf(path).split("/", -1).length > 4 || (heapOf(path).startsWith("/opt/") && !isOnTop(path));
            if (together && inside) {
                heap.other(path, 0);
            } else if (!target.startsWith("/etc/alternatives/")) {
                into.set(Scope.UNMANAGED, path, Setting.text(target), "system", "debian", "links", path);
            }
        }

        private boolean isOnTop(String path) {
            return path.lastIndexOf('/') == top.length();
        }

        private String heapOf(String path) {
            String[] parts = path.split("/", -1);
            boolean local = top.equals("/usr/local");
            // /usr/local/bin has programs of all kinds, /usr/local/lib a folder for each.
            int depth = local && parts.length > 4 && parts[3].matches("lib|share|src|libexec|include|games")
                    ? 5
                    : local ? 4 : 3;
            return String.join("/", List.of(parts).subList(0, Math.min(depth, parts.length)));
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
