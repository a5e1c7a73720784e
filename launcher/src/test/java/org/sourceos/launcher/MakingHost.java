package org.sourceos.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.sourceos.host.Cancellation;
import org.sourceos.launcher.template.Templates;

/** A host that is killed while it makes a template. */
final class MakingHost {
    private MakingHost() {}

    public static void main(String[] args) throws Exception {
        Machines machines = Machines.in(Files.createDirectories(Path.of(args[0])));
        new Templates(Path.of(args[1]), 1L << 30, Clock.systemUTC())
                .make(machines.spec(), machines.context, new Cancellation());
    }
}
