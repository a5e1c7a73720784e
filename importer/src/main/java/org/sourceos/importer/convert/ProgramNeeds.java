package org.sourceos.importer.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a program wants of the computer beyond its own files, by what its packages depend on and bring: dpkg-shlibdeps wrote
 * every library that it is linked with into the former.
 *
 * @param network whether it talks to others
 * @param display whether it shows windows
 * @param sound whether it plays or records
 * @param bus whether it talks to the desktop's other programs
 * @param devices what it opens below {@code /dev}
 * @param terminal whether it draws on the terminal
 * @param computer whether it looks at the computer itself: its processes, its units
 * @param interpreter the language it is written in; empty for machine code
 */
public record ProgramNeeds(
        boolean network,
        boolean display,
        boolean sound,
        boolean bus,
        List<String> devices,
        boolean terminal,
        boolean computer,
        String interpreter) {
    private static final Set<String> NETWORK_SECTIONS = Set.of("net", "web", "mail", "comm");

    public ProgramNeeds {
        devices = List.copyOf(devices);
    }

    /** @param all the package, and those of the same source that it depends on */
    static ProgramNeeds of(List<InstalledPackage> all) {
        Set<String> depends = new TreeSet<>();
        all.forEach(one -> depends.addAll(one.dependedOn()));
        List<String> devices = new ArrayList<>();
        if (any(depends, "libusb-.*|libgudev-.*|libhidapi-.*")) {
            devices.add("/dev/bus/usb");
        }
        if (any(depends, "libv4l-.*|libcamera.*")) {
            devices.add("/dev/video0");
        }
        boolean display =
                any(depends, "libx11-6|libxcb1|libxt6.*|libwayland-client0|libgtk-.*|libqt[56]gui.*|libsdl[12].*");
        if (display && any(depends, "libgl1|libegl1|libdrm2|libgtk-[34]-0.*|libvulkan1")) {
            devices.add("/dev/dri");
        }
        String interpreter = depends.stream()
                .filter(name ->
                        name.matches("perl(:any)?|python3.*|ruby.*|tcl.*|guile-.*|lua5.*|bash|nodejs|default-jre.*"))
                .findFirst()
                .orElse("");
        return new ProgramNeeds(
                NETWORK_SECTIONS.contains(all.get(0).section())
                        || any(depends, "libcurl.*|libssl[0-9].*|libgnutls[0-9].*|libssh.*|libnghttp2.*"),
                display,
                any(depends, "libasound2.*|libpulse0|libpipewire-.*|libjack.*"),
                any(depends, "libdbus-1-3|libdbus-glib.*|dbus.*|default-dbus.*"),
                devices,
                any(depends, "libncurses.*|libtinfo.*|libreadline.*|libslang2"),
                any(depends, "libproc2?-.*|libprocps.*|libsystemd0|libudev1|libkmod2"),
                interpreter);
    }

    private static boolean any(Set<String> names, String pattern) {
        return names.stream().anyMatch(name -> name.matches(pattern));
    }

    /** What machines do not have yet, or have only a part of. */
    List<String> unmet() {
        List<String> unmet = new ArrayList<>();
        if (display) {
            unmet.add("it shows windows, which programs in machines cannot yet: only what it does without works");
        }
        if (sound) {
            unmet.add("machines have no sound yet");
        }
        if (bus) {
            unmet.add("it cannot talk to other programs of the desktop (D-Bus)");
        }
        if (!devices.isEmpty()) {
            unmet.add("machines are not given devices yet: " + String.join(", ", devices));
        }
        if (computer) {
            unmet.add("what it shows of processes, units and devices is the machine's, not the computer's");
        }
        return unmet;
    }
}
