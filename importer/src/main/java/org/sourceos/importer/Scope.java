package org.sourceos.importer;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A part of a system that is imported on its own. In the order of the report. */
public enum Scope {
    PACKAGES("chosen packages, their versions, holds"),
    REPOS("package sources, pins, keyrings"),
    USERS("people, their shells and groups, sudo"),
    GROUPS("groups that packages did not make"),
    SERVICES("units enabled, disabled and masked, units of one's own, cron"),
    CONFIG("changed configuration files, diversions, alternatives, permissions, answers, file systems"),
    KERNEL("command line, modules, sysctl"),
    LOCALE("language, time zone, keyboard, host name"),
    NETWORK("ifupdown, networkd, NetworkManager, hosts"),
    DESKTOP("desktops, what opens a type of file"),
    UNMANAGED("files of no package in /etc, /usr/local and /opt; flatpak, snap, pip, npm");

    private final String description;

    Scope(String description) {
        this.description = description;
    }

    public String description() {
        return description;
    }

    /** As options and reports call it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Scope> of(String word) {
        return Stream.of(values()).filter(scope -> scope.word().equals(word)).findFirst();
    }
}
