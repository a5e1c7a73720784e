package org.sourceos.importer.scope;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.debian.ControlFile;
import org.sourceos.config.debian.Deb822;
import org.sourceos.config.debian.DebianVersion;
import org.sourceos.config.debian.Relations;
import org.sourceos.importer.root.RootedFiles;

/**
 * What dpkg has installed ({@code /var/lib/dpkg/status}).
 *
 * @param packages by name; of one that is installed for several architectures, the system's own
 * @param complaints of paragraphs that say nothing that can be used
 */
record DpkgStatus(SortedMap<String, DpkgPackage> packages, List<String> complaints) {
    static final String FILE = "/var/lib/dpkg/status";

    DpkgStatus {
        packages = Collections.unmodifiableSortedMap(new TreeMap<>(packages));
        complaints = List.copyOf(complaints);
    }

    static DpkgStatus read(RootedFiles files, String architecture) throws IOException {
        SortedMap<String, DpkgPackage> packages = new TreeMap<>();
        List<String> complaints = new ArrayList<>();
        try (BufferedReader reader = files.reader(FILE, StandardCharsets.ISO_8859_1)) {
            int number = 0;
            Iterator<Deb822.Paragraph> paragraphs = Deb822.read(lines(reader)).iterator();
            while (paragraphs.hasNext()) {
                Deb822.Paragraph paragraph = paragraphs.next();
                number++;
                if (paragraph.fields().isEmpty()) {
                    continue;
                }
                try {
                    read(paragraph, architecture, packages, complaints);
                } catch (IllegalArgumentException e) {
                    String name = paragraph.field("Package").orElse("");
                    complaints.add("paragraph " + number + (name.isEmpty() ? "" : " (" + shortened(name) + ")") + ": "
                            + e.getMessage());
                }
            }
        }
        return new DpkgStatus(packages, complaints);
    }

    private static String shortened(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }

    private static void read(
            Deb822.Paragraph paragraph,
            String architecture,
            SortedMap<String, DpkgPackage> packages,
            List<String> complaints) {
        String name = paragraph.field("Package").orElse("");
        if (!name.matches("[a-z0-9][a-z0-9+.-]*")) {
            throw new IllegalArgumentException("it has no name of a package");
        }
        List<String> status = ControlFile.words(paragraph.field("Status").orElse(""));
        if (status.size() != 3) {
            throw new IllegalArgumentException("its Status is not three words");
        }
        String state = status.get(2);
        if (state.equals("not-installed") || state.equals("config-files")) {
            return;
        }
        if (!state.equals("installed") && !state.startsWith("triggers-")) {
            complaints.add(name + " is " + state + "; `dpkg --configure -a` on the system would finish it");
        }
        String version = paragraph.field("Version").orElse("");
        if (DebianVersion.parse(version).isEmpty()) {
            throw new IllegalArgumentException("it has no version");
        }
        String own = paragraph.field("Architecture").orElse("all");
        DpkgPackage known = packages.get(name);
        if (known != null && !own.equals(architecture)) {
            return;
        }
        List<Relations.Clause> depends = new ArrayList<>();
        for (String field : List.of("Pre-Depends", "Depends")) {
            depends.addAll(Relations.parse(paragraph.field(field).orElse("")).clauses());
        }
        packages.put(
                name,
                new DpkgPackage(
                        name,
                        own,
                        version,
                        paragraph.flag("Essential"),
                        paragraph.field("Priority").orElse(""),
                        status.get(0).equals("hold"),
                        conffiles(paragraph.field("Conffiles").orElse("")),
                        new Relations(depends),
                        Relations.parse(paragraph.field("Provides").orElse(""))));
    }

    private static SortedMap<String, String> conffiles(String value) {
        SortedMap<String, String> conffiles = new TreeMap<>();
        for (String line : value.split("\n", -1)) {
            List<String> words = ControlFile.words(line);
            // A path may have blanks; the flags after the hash are few and known.
            int hash = words.size() - 1;
            while (hash > 0
                    && (words.get(hash).equals("obsolete") || words.get(hash).equals("remove-on-upgrade"))) {
                hash--;
            }
            if (hash > 0
                    && words.get(hash).matches("[0-9a-f]{32}")
                    && words.get(0).startsWith("/")) {
                conffiles.put(String.join(" ", words.subList(0, hash)), words.get(hash));
            }
        }
        return conffiles;
    }

    /** Lines with their ends, which a reader takes away. */
    static Iterator<String> lines(BufferedReader reader) {
        Iterator<String> lines = reader.lines().iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return lines.hasNext();
            }

            @Override
            public String next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return lines.next() + "\n";
            }
        };
    }
}
