package org.sourceos.importer.convert;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sourceos.importer.root.FileFacts;

/** Which of a package's programs are handed over to its machine, and why the others are not. */
final class ProgramChoice {
    private static final String DIVERSIONS = "/var/lib/dpkg/diversions";

    private final InstalledSystem system;
    private final ScriptCheck scripts;
    private final Map<String, String> diverted = new HashMap<>();
    private final List<String> commands = new ArrayList<>();
    private final List<String> unused = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** @param first those that people know it by, if their name is not the package's */
    ProgramChoice(InstalledSystem system, InstalledPackage of, Collection<String> first, ScriptCheck scripts) {
        this.system = system;
        this.scripts = scripts;
        List<String> lines = system.files().lines(DIVERSIONS);
        for (int i = 0; i + 2 < lines.size(); i += 3) {
            // What an earlier conversion of ours diverted is not in the way of this one.
            if (!lines.get(i + 1).equals(lines.get(i) + Handover.KEPT)) {
                diverted.put(lines.get(i), lines.get(i + 1));
            }
        }
        List<String> all = ordered(of, first);
        all.stream().filter(file -> !diverted.containsKey(file)).forEach(this::choose);
        all.stream().filter(diverted::containsKey).forEach(this::leaveDiverted);
    }

    private List<String> ordered(InstalledPackage of, Collection<String> first) {
        Set<String> all = new LinkedHashSet<>();
        of.files().stream()
                .filter(file -> InstalledPackage.isProgram(file) && file.endsWith("/" + of.name()))
                .forEach(all::add);
        all.addAll(first);
        of.files().stream().filter(InstalledPackage::isProgram).sorted().forEach(all::add);
        all.removeIf(file -> !isRunnable(system, file));
        return List.copyOf(all);
    }

    static boolean isRunnable(InstalledSystem system, String file) {
        return system.files()
                .statusOfTarget(file)
                .filter(FileFacts::isFile)
                .map(facts -> (facts.permissions() & 0111) != 0)
                .orElse(false);
    }

    private void choose(String file) {
        Optional<String> missing = scripts.missing(file);
        if (missing.isEmpty()) {
            commands.add(file);
            return;
        }
        unused.add(file);
        notes.add(file + " stays Debian's own: it is written for " + missing.get()
                + ", which the package does not depend on and its machine does not have");
    }

    /** dpkg knows one diversion of a path; firefox-esr has one of /usr/bin/firefox, to keep others from it. */
    private void leaveDiverted(String file) {
        String folder = file.substring(0, file.lastIndexOf('/') + 1);
        Optional<String> leadsTo = system.files()
                .link(file)
                .map(target -> target.startsWith("/") ? target : folder + target)
                .filter(commands::contains);
        notes.add(
                leadsTo.isPresent()
                        ? file + " stays as it is, a link to " + leadsTo.get() + ", and runs in the machine by that"
                        : file + " stays Debian's own: it is diverted already (`dpkg-divert --list " + file
                                + "` says by whom)");
    }

    /** The first is what the machine runs by itself. */
    List<String> commands() {
        return commands;
    }

    /** What the machine has no use for. */
    List<String> unused() {
        return unused;
    }

    /** Of the programs that are not handed over. */
    List<String> notes() {
        return notes;
    }

    /** Why none is handed over, where there are programs. */
    Optional<String> impossible() {
        if (!commands.isEmpty()) {
            return Optional.empty();
        }
        if (notes.isEmpty()) {
            return Optional.of(
                    "none of its programs is there: they were deleted, may not be run, or are links to nothing");
        }
        return Optional.of(
                unused.isEmpty()
                        ? "the paths of its programs are diverted already (`dpkg-divert --list`)"
                        : "its programs are scripts for an interpreter that it does not depend on");
    }
}
