package org.sourceos.launcher;

import java.nio.file.Path;
import java.util.Optional;
import org.sourceos.host.AtomicFile;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.Machines;

/** A service that starts a machine and a program beside it, and waits until a test kills it. */
final class DetachedHost {
    private DetachedHost() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        DetachedFixture fixture = DetachedFixture.in(folder);
        Machines machines = Machines.open(fixture.settings());
        MachineStatus status = machines.start(fixture.request("lines"));
        machines.exec(status.id(), org.sourceos.launcher.Machines.program("flood"), Optional.empty());
        while (!fixture.log(status).contains("line 20\n")) {
            Thread.sleep(20);
        }
        AtomicFile.write(Path.of(arguments[1]), status.id() + " " + status.pid().orElseThrow());
        Thread.sleep(Long.MAX_VALUE);
    }
}
