package org.sourceos.importer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sourceos.host.Cancellation;
import org.sourceos.importer.result.ConfigurationFiles;
import org.sourceos.importer.result.Findings;
import org.sourceos.importer.result.KeptFile;
import org.sourceos.importer.result.Note;
import org.sourceos.importer.result.Setting;
import org.sourceos.importer.root.RootedFiles;
import org.sourceos.importer.scope.ConfigReader;
import org.sourceos.importer.scope.DebianSystem;
import org.sourceos.importer.scope.DesktopReader;
import org.sourceos.importer.scope.GroupReader;
import org.sourceos.importer.scope.KernelReader;
import org.sourceos.importer.scope.LocaleReader;
import org.sourceos.importer.scope.NetworkReader;
import org.sourceos.importer.scope.PackageReader;
import org.sourceos.importer.scope.RepositoryReader;
import org.sourceos.importer.scope.ScopeReader;
import org.sourceos.importer.scope.ServiceReader;
import org.sourceos.importer.scope.UnmanagedReader;
import org.sourceos.importer.scope.UserReader;

/**
 * Reads a Debian system below a root and says it as a configuration. Nothing is written, no program of the system is run,
 * no link is followed out of the root, and no secret is in what comes out.
 *
 * @param root the folder that is the system's {@code /}
 * @param scopes which parts
 * @param excludes globs of paths and of names of packages
 * @param recipes packages that can be built from source
 */
public record DebianImport(Path root, Set<Scope> scopes, List<String> excludes, SortedSet<String> recipes) {
    public DebianImport {
        scopes = Collections.unmodifiableSet(new TreeSet<>(scopes));
        excludes = List.copyOf(excludes);
        recipes = Collections.unmodifiableSortedSet(new TreeSet<>(recipes));
    }

    /**
     * What an import came to.
     *
     * @param hostname {@code debian} where the system has none that can be used
     * @param files of the configuration, by path
     * @param complete whether nothing is left to be taken over by hand, secrets aside
     */
    public record Result(String hostname, SortedMap<String, KeptFile> files, List<Note> notes, boolean complete) {
        public Result {
            files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
            notes = List.copyOf(notes);
        }

        public List<Note> notes(Note.Kind kind) {
            return notes.stream().filter(note -> note.kind() == kind).toList();
        }
    }

    public Result read(Cancellation cancellation) throws ImportException {
        RootedFiles files;
        try {
            files = new RootedFiles(root);
        } catch (IOException e) {
            throw new ImportException("there is no folder " + root + " that can be read; name another with --root", e);
        }
        Findings findings = new Findings(new Excludes(excludes));
        try {
            DebianSystem system = DebianSystem.open(files, root.toString(), cancellation);
            for (Map.Entry<Scope, ScopeReader> reader : readers().entrySet()) {
                if (scopes.contains(reader.getKey())) {
                    cancellation.throwIfCancelled();
                    reader.getValue().read(system, findings);
                }
            }
        } catch (UncheckedIOException e) {
            throw new ImportException(
                    "cannot read the system in " + root + ": " + e.getMessage() + "; nothing was written", e);
        }
        for (String unreadable : new TreeSet<>(files.unreadable())) {
            int colon = unreadable.lastIndexOf(": ");
            findings.note(
                    scopes.contains(Scope.CONFIG)
                            ? Scope.CONFIG
                            : scopes.iterator().next(),
                    Note.Kind.UNMAPPED,
                    unreadable.substring(0, colon),
                    unreadable.substring(colon + 2));
        }
        Findings.Collected found = findings.collected();
        return new Result(hostname(found), ConfigurationFiles.of(found, recipes), found.notes(), found.isComplete());
    }

    /** In the order in which they look at a file: whoever has a word for it comes before those who take what is left. */
    private static Map<Scope, ScopeReader> readers() {
        Map<Scope, ScopeReader> readers = new EnumMap<>(Scope.class);
        readers.put(Scope.PACKAGES, new PackageReader());
        readers.put(Scope.REPOS, new RepositoryReader());
        readers.put(Scope.USERS, new UserReader());
        readers.put(Scope.GROUPS, new GroupReader());
        readers.put(Scope.SERVICES, new ServiceReader());
        readers.put(Scope.CONFIG, new ConfigReader());
        readers.put(Scope.KERNEL, new KernelReader());
        readers.put(Scope.LOCALE, new LocaleReader());
        readers.put(Scope.NETWORK, new NetworkReader());
        readers.put(Scope.DESKTOP, new DesktopReader());
        readers.put(Scope.UNMANAGED, new UnmanagedReader(new ArrayList<>(readers.values())));
        return readers;
    }

    private static String hostname(Findings.Collected found) {
        return found.settings().values().get("system") instanceof Setting.Names system
                        && system.values().get("hostname") instanceof Setting.Text name
                ? name.value()
                : "debian";
    }
}
