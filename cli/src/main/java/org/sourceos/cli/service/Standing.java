package org.sourceos.cli.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a process may do and what it sees, as /proc says: ids and groups, capabilities, umask, namespaces. A command does
 * inside a service what it would do in the caller's own process only if the two have the same.
 */
record Standing(List<String> facts) {
    private static final Set<String> LINES = Set.of("Uid", "Gid", "Groups", "Umask", "CapEff", "NoNewPrivs", "Seccomp");
    private static final List<String> LINKS =
            List.of("ns/mnt", "ns/net", "ns/user", "ns/ipc", "ns/uts", "ns/pid_for_children", "root");

    Standing {
        facts = List.copyOf(facts);
    }

    static Standing ofThisProcess() throws IOException {
        return read(Path.of("/proc/self"));
    }

    static Standing of(int pid) throws IOException {
        return read(Path.of("/proc/" + pid));
    }

    private static Standing read(Path process) throws IOException {
        List<String> facts = new ArrayList<>();
        for (String line : Files.readAllLines(process.resolve("status"))) {
            int colon = line.indexOf(':');
            if (colon > 0 && LINES.contains(line.substring(0, colon))) {
                facts.add(line.strip());
            }
        }
        for (String link : LINKS) {
            facts.add(link + " " + Files.readSymbolicLink(process.resolve(link)));
        }
        return new Standing(facts);
    }

    /** What differs, for a message; empty when nothing does. */
    String difference(Standing other) {
        for (int i = 0; i < Math.min(facts.size(), other.facts.size()); i++) {
            if (!facts.get(i).equals(other.facts.get(i))) {
                return other.facts.get(i).replaceAll("\\s+", " ") + " instead of "
                        + facts.get(i).replaceFirst("^\\S+\\s+", "");
            }
        }
        return facts.size() == other.facts.size() ? "" : "another /proc";
    }
}
