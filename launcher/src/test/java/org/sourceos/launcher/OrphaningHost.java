package org.sourceos.launcher;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import org.sourceos.host.AtomicFile;
import org.sourceos.host.Cancellation;
import org.sourceos.launcher.guest.GuestStreams;

/** A host process that runs a machine until a test kills it; the machine's pid goes into a file. */
final class OrphaningHost {
    private OrphaningHost() {}

    public static void main(String[] arguments) throws Exception {
        Machines machines = Machines.in(Path.of(arguments[0]));
        try (MicroVm vm = MicroVm.start(machines.spec(), machines.context, new Cancellation())) {
            vm.awaitReady();
            AtomicFile.write(Path.of(arguments[1]), String.valueOf(vm.pid()));
            OutputStream nowhere = OutputStream.nullOutputStream();
            vm.run(Machines.program("wait"), new GuestStreams.Pipes(InputStream.nullInputStream(), nowhere, nowhere));
        }
    }
}
