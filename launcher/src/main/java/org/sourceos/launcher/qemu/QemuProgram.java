package org.sourceos.launcher.qemu;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which QEMU runs a machine.
 *
 * @param program its name, looked up on PATH, or its path
 * @param firmware the folder its firmware is in; empty for where it looks by itself
 */
public record QemuProgram(String program, Optional<Path> firmware) {
    private static final String NAME = "qemu-system-x86_64";

    /** The one that the host has installed. */
    public static QemuProgram installed() {
        return new QemuProgram(NAME, Optional.empty());
    }

    /** One of our own, in a folder that has {@code usr/bin} and {@code usr/share/qemu}. */
    public static QemuProgram in(Path folder) {
        return new QemuProgram(
                folder.resolve("usr/bin").resolve(NAME).toString(), Optional.of(folder.resolve("usr/share/qemu")));
    }
}
