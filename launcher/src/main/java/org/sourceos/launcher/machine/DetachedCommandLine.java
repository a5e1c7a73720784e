package org.sourceos.launcher.machine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sourceos.host.Cancellation;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.confine.ConfinedCommand;
import org.sourceos.launcher.qemu.Memory;
import org.sourceos.launcher.qemu.QemuCommandLine;
import org.sourceos.launcher.qemu.VmSpec;

/** QEMU's command for a machine that stays: it waits for us at its sockets, instead of calling us once. */
final class DetachedCommandLine {
    /** In the order of the descriptors that a confined QEMU has for them. */
    private static final List<String> SOCKETS =
            List.of(MachineFolders.CONTROL, MachineFolders.MONITOR, MachineFolders.CONSOLE);

    private DetachedCommandLine() {}

    static List<String> arguments(VmSpec spec, Memory memory, Path folder) {
        String console = "socket,id=console,server=on,wait=off,path="
                + folder.resolve(MachineFolders.CONSOLE).toString().replace(",", ",,");
        List<String> words = new ArrayList<>(QemuCommandLine.arguments(
                        spec, memory, folder.resolve(MachineFolders.CONTROL), folder.resolve(MachineFolders.MONITOR))
                .stream()
                .map(word -> word.startsWith("stdio,id=console,") ? console : word)
                .map(word -> word.startsWith("socket,") ? word.replace(",server=off,", ",server=on,wait=off,") : word)
                .toList());
        if (memory instanceof Memory.Restored) {
            // Halted until it is told to go on.
            words.add("-S");
        }
        return List.copyOf(words);
    }

    /** By what QEMU's migration names the connection that a confined one is given for the state. */
    static String stateUri() {
        return "fd:" + (ConfinedCommand.FIRST_SOCKET + SOCKETS.size());
    }

    /** The same for a confined QEMU: what it listens on was made for it, so that it can put nothing else there. */
    static List<String> confined(VmSpec spec, Memory memory, Path folder, LaunchContext context) throws IOException {
        ConfinedCommand confined = new ConfinedCommand(context.confinement(), context.processes(), spec, memory)
                .detached()
                .seeing(folder.resolve(MachineFolders.OUT));
        SOCKETS.forEach(name -> confined.listening(folder.resolve(name)));
        if (memory instanceof Memory.Restored) {
            confined.connected(folder.resolve(MachineFolders.STATE));
        }
        return confined.around(
                arguments(spec, memory, folder).stream()
                        .map(DetachedCommandLine::byDescriptor)
                        .toList(),
                new Cancellation());
    }

    private static String byDescriptor(String word) {
        for (int i = 0; i < SOCKETS.size(); i++) {
            String beginning = "socket,id=" + SOCKETS.get(i) + ",server=on,wait=off,";
            if (word.startsWith(beginning + "path=")) {
                return beginning + "fd=" + (ConfinedCommand.FIRST_SOCKET + i);
            }
        }
        return word;
    }
}
