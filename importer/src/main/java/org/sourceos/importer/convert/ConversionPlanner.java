package org.sourceos.importer.convert;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.sourceos.config.debian.Relations.Relation;

/** Decides what a conversion does, from an installed system alone. */
public final class ConversionPlanner {
    private static final String ALTERNATIVES = "/var/lib/dpkg/alternatives";
    private static final String CHOSEN = "/etc/alternatives";
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._+-]+)+");
    private static final int MOST_INCLUDED = 200;

    /** Of {@code /usr/share}: what people read, or what the host's desktop and shells read. */
    private static final Set<String> NOT_NEEDED = Set.of(
            "doc",
            "doc-base",
            "man",
            "info",
            "locale",
            "pkgconfig",
            "aclocal",
            "gettext",
            "lintian",
            "bug",
            "bash-completion",
            "zsh",
            "fish",
            "applications",
            "icons",
            "pixmaps",
            "menu",
            "metainfo",
            "gcc",
            "gdb",
            "debhelper",
            "polkit-1",
            "dbus-1");

    /** What only maintainer scripts ask for, which are not run. */
    private static final Set<String> FOR_INSTALLING = Set.of("debconf", "cdebconf", "ucf", "dpkg", "install-info");

    private final InstalledSystem system;

    public ConversionPlanner(InstalledSystem system) {
        this.system = system;
    }

    /**
     * @param of with its files
     * @param base the build environment for the system's release
     */
    public Conversion plan(InstalledPackage of, String base) {
        List<InstalledPackage> binaries = sameSource(of);
        ProgramNeeds needs = ProgramNeeds.of(binaries);
        Map<String, String> alternatives = alternatives(of);
        List<InstalledPackage> others = others(binaries);
        ScriptCheck scripts = new ScriptCheck(system, binaries, others);
        ProgramChoice programs = new ProgramChoice(system, of, alternatives.values(), scripts);
        List<String> commands = programs.commands();
        Fit fit = fit(of, needs, programs.impossible());
        List<DesktopEntry> desktop = commands.isEmpty()
                ? List.of()
                : of.files().stream()
                        .filter(file -> file.matches("/usr/share/applications/[^/]+\\.desktop"))
                        .map(file -> DesktopEntry.of(file, system.files().text(file), commands, of.files()))
                        .toList();
        return new Conversion(
                of,
                fit,
                needs,
                binaries.stream().map(InstalledPackage::name).toList(),
                direct(binaries),
                others.stream().mapToLong(InstalledPackage::installedKib).sum(),
                base,
                commands,
                desktop,
                alternatives.entrySet().stream()
                        .map(entry -> entry.getKey() + " → " + entry.getValue())
                        .toList(),
                links(alternatives, scripts.words(binaries)),
                programs.unused(),
                included(others, scripts.called(binaries)),
                lost(of, binaries, others, programs.notes()));
    }

    private Fit fit(InstalledPackage of, ProgramNeeds needs, Optional<String> impossible) {
        Fit fit = FitCheck.of(system, of, needs);
        return impossible.isPresent() && fit.grade() != Fit.Grade.NOT_CONVERTIBLE
                ? new Fit(Fit.Grade.NOT_CONVERTIBLE, List.of(impossible.get()))
                : fit;
    }

    private List<InstalledPackage> sameSource(InstalledPackage of) {
        Map<String, InstalledPackage> all = new LinkedHashMap<>();
        Deque<InstalledPackage> open = new ArrayDeque<>(List.of(of));
        for (InstalledPackage next = open.poll(); next != null; next = open.poll()) {
            if (all.putIfAbsent(next.name(), next) == null) {
                for (String name : next.dependedOn()) {
                    system.find(name)
                            .filter(other -> other.source().equals(of.source()))
                            .ifPresent(open::add);
                }
            }
        }
        return List.copyOf(all.values());
    }

    private List<String> direct(List<InstalledPackage> binaries) {
        Set<String> names = new TreeSet<>();
        for (InstalledPackage one : binaries) {
            one.dependedOn().stream().filter(this::isOther).forEach(names::add);
        }
        binaries.forEach(one -> names.remove(one.name()));
        return List.copyOf(names);
    }

    private boolean isOther(String name) {
        return Optional.ofNullable(system.packages().get(name))
                .map(one -> !one.essential() && !FOR_INSTALLING.contains(name))
                .orElse(false);
    }

    /** What they depend on, with what that depends on. */
    private List<InstalledPackage> others(List<InstalledPackage> binaries) {
        Map<String, InstalledPackage> all = new LinkedHashMap<>();
        Deque<String> open = new ArrayDeque<>(direct(binaries));
        for (String name = open.poll(); name != null; name = open.poll()) {
            if (isOther(name) && !all.containsKey(name)) {
                system.find(name).ifPresent(found -> {
                    all.put(found.name(), found);
                    open.addAll(found.dependedOn());
                });
            }
        }
        return List.copyOf(all.values());
    }

    /** Where an alternative of a name leads to a program of the package: not where it could, but where it does. */
    private Map<String, String> alternatives(InstalledPackage of) {
        Map<String, String> found = new LinkedHashMap<>();
        Set<String> own = Set.copyOf(of.files());
        for (String name : system.files().list(ALTERNATIVES)) {
            system.files()
                    .link(CHOSEN + "/" + name)
                    .filter(path -> own.contains(path) && ProgramChoice.isRunnable(system, path))
                    .ifPresent(path -> found.put(name, path));
        }
        return found;
    }

    /** A machine runs no maintainer script, which would make them: figlet's showfigfonts calls figlet, an alternative. */
    private SortedMap<String, String> links(Map<String, String> alternatives, Set<String> words) {
        SortedMap<String, String> links = new TreeMap<>();
        alternatives.forEach((name, program) -> {
            List<String> lines = system.files().lines(ALTERNATIVES + "/" + name);
            if (words.contains(name)
                    && lines.size() > 1
                    && PATH.matcher(lines.get(1)).matches()) {
                links.put(lines.get(1), program);
            }
        });
        return links;
    }

    /** Libraries are found by who is linked with them; the rest is opened by name, which only a glob can say. */
    private List<String> included(List<InstalledPackage> others, Set<String> called) {
        Set<String> globs = new TreeSet<>(called);
        for (InstalledPackage other : others) {
            if (other.priority().equals("required") || other.source().equals("glibc")) {
                continue;
            }
            for (String file : other.files()) {
                glob(file).filter(glob -> isContent(file)).ifPresent(globs::add);
            }
        }
        return globs.stream().limit(MOST_INCLUDED).toList();
    }

    private boolean isContent(String file) {
        return system.files().status(file).map(facts -> !facts.isFolder()).orElse(false);
    }

    private static Optional<String> glob(String file) {
        String[] names = file.split("/");
        if (InstalledPackage.isProgram(file)) {
            return Optional.of(file.startsWith("/usr/") ? file : "/usr" + file);
        }
        if (names.length >= 5 && file.startsWith("/usr/share/") && !NOT_NEEDED.contains(names[3])) {
            return Optional.of("/usr/share/" + names[3] + "/**");
        }
        if (names.length >= 5 && file.startsWith("/usr/lib/")) {
            boolean multiarch = names[3].endsWith("-linux-gnu");
            if (multiarch && names.length >= 6) {
                return Optional.of("/usr/lib/" + names[3] + "/" + names[4] + "/**");
            }
            return multiarch || names[3].equals("systemd") || names[3].equals("debug")
                    ? Optional.empty()
                    : Optional.of("/usr/lib/" + names[3] + "/**");
        }
        return names.length >= 4 && file.startsWith("/etc/") && names[2].matches("fonts|terminfo|perl|python3.*")
                ? Optional.of("/etc/" + names[2] + "/**")
                : Optional.empty();
    }

    private List<String> lost(
            InstalledPackage of, List<InstalledPackage> binaries, List<InstalledPackage> others, List<String> notes) {
        List<String> lost = new ArrayList<>();
        lost.add(
                "it sees no files but those that its arguments name, with their folders, and what is written elsewhere is gone"
                        + " when it ends");
        lost.add("of the caller's environment it has the encoding and the terminal, nothing else");
        if (binaries.stream()
                .flatMap(one -> one.files().stream())
                .anyMatch(file -> file.startsWith("/usr/share/locale/") && file.endsWith(".mo"))) {
            lost.add("it speaks English only: translations stay outside ([runtime] locales of the recipe brings them)");
        }
        lost.addAll(notes);
        List<String> outside = outside(binaries, others);
        if (!outside.isEmpty()) {
            lost.add("programs that it uses where they are installed stay outside: those of "
                    + String.join(", ", outside));
        }
        List<String> settings = of.files().stream()
                .filter(file -> file.startsWith("/etc/")
                        && of.files().stream().noneMatch(other -> other.startsWith(file + "/")))
                .toList();
        if (!settings.isEmpty()) {
            lost.add("settings of the whole computer are not seen; the machine has them as Debian brings them: "
                    + String.join(", ", settings));
        }
        return lost;
    }

    /** Installed packages with programs that it recommends or suggests. */
    private List<String> outside(List<InstalledPackage> binaries, List<InstalledPackage> others) {
        Set<String> inside = new TreeSet<>();
        binaries.forEach(one -> inside.add(one.name()));
        others.forEach(one -> inside.add(one.name()));
        return binaries.stream()
                .flatMap(one -> one.recommends().clauses().stream())
                .flatMap(clause -> clause.alternatives().stream())
                .map(Relation::name)
                .distinct()
                .filter(name -> !inside.contains(name) && isOther(name))
                .filter(name -> system.find(name)
                        .map(one -> one.files().stream().anyMatch(InstalledPackage::isProgram))
                        .orElse(false))
                .sorted()
                .toList();
    }
}
