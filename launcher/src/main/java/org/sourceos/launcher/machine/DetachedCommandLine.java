package org.sourceos.launcher.machine;

import java.nio.file.Path;
import java.util.List;
import org.sourceos.launcher.qemu.Memory;
import org.sourceos.launcher.qemu.QemuCommandLine;
import org.sourceos.launcher.qemu.VmSpec;

/** QEMU's command for a machine that stays: it waits for us at its sockets, instead of calling us once. */
final class DetachedCommandLine {
    private DetachedCommandLine() {}

    static List<String> arguments(VmSpec spec, Memory memory, Path folder) {
        String console = "socket,id=console,server=on,wait=off,path="
                + folder.resolve(MachineFolders.CONSOLE).toString().replace(",", ",,");
        return QemuCommandLine.arguments(
                        spec, memory, folder.resolve(MachineFolders.CONTROL), folder.resolve(MachineFolders.MONITOR))
                .stream()
                .map(word -> word.startsWith("stdio,id=console,") ? console : word)
                .map(word -> word.startsWith("socket,") ? word.replace(",server=off,", ",server=on,wait=off,") : word)
                .toList();
    }
}
