package org.sourceos.launcher.template;

import java.util.List;
import java.util.Optional;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.VmSpec;

/**
 * What is started again and again: a machine, and the program in it where that may be saved after its start.
 *
 * @param program empty where each launch starts its own
 */
public record Launchable(VmSpec spec, Optional<ReadyProgram> program) {
    public Launchable {
        if (!spec.shares().isEmpty()) {
            // A folder that is in use cannot be saved.
            program = Optional.empty();
        }
    }

    /** A machine that waits for any program. */
    public static Launchable of(VmSpec spec) {
        return new Launchable(spec, Optional.empty());
    }

    /** The same machine for any program. */
    Launchable anyProgram() {
        return of(spec);
    }

    /** Of which templates are of use for it, the one that serves most launches first. */
    public List<Launchable> levels() {
        return program.isEmpty() ? List.of(this) : List.of(anyProgram(), this);
    }

    /** Whether one can be restored before anybody asks for it: folders and ports stand on the command line of its QEMU. */
    boolean canWait() {
        boolean forwards =
                spec.network() instanceof Network.User user && !user.forwards().isEmpty();
        return spec.shares().isEmpty() && !forwards && spec.memory().canBeRestored();
    }
}
