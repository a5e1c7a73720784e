package org.sourceos.launcher.machine;

import java.io.IOException;
import java.time.Duration;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.launcher.LaunchException;

/** A machine's processors, which QEMU halts and lets go on. */
final class Processor {
    private static final Duration QMP_LIMIT = Duration.ofSeconds(5);

    private final Lifecycle life;
    private final MachineFolders folders;

    Processor(Lifecycle life, MachineFolders folders) {
        this.life = life;
        this.folders = folders;
    }

    void pause() throws LaunchException, IOException {
        tell("pause", "stop");
        life.change(now -> now.in(MachineState.PAUSED, life.now()));
    }

    /** Nothing where there is no QEMU that could be told. */
    void resume() throws IOException {
        try {
            tell("resume", "cont");
        } catch (LaunchException e) {
            return;
        }
        life.move(MachineState.PAUSED, MachineState.RUNNING);
    }

    private void tell(String what, String command) throws LaunchException {
        MachineRecord record = life.record();
        try {
            ProcessIdentity process =
                    record.process().filter(ProcessIdentity::isAlive).orElseThrow(() -> life.notThere(what));
            MachineSockets.command(folders.folder(record.id()), process, command, QMP_LIMIT);
        } catch (IOException e) {
            throw new LaunchException("cannot " + what + " " + record.name() + ": " + e.getMessage(), e);
        }
    }
}
