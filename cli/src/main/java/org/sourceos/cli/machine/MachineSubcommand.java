package org.sourceos.cli.machine;

import java.io.IOException;
import java.util.List;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ServiceRequiredException;
import org.sourceos.cli.Subcommand;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.Machines;

/** What commands for machines share: where they are, and how one is named. */
abstract class MachineSubcommand extends Subcommand {
    MachineSubcommand(CommandContext context) {
        super(context);
    }

    /** The service's machines, to do something with them. */
    final Machines machines() throws LaunchException, ServiceRequiredException {
        return KeptMachines.of(context(), places());
    }

    /** All machines; as their folders tell it where no service runs. */
    final List<MachineStatus> list() throws LaunchException {
        if (context().resident().isPresent()) {
            try {
                return machines().list();
            } catch (ServiceRequiredException e) {
                throw new IllegalStateException(e);
            }
        }
        try {
            return Machines.read(places().runtime(), places().state());
        } catch (IOException e) {
            throw new LaunchException("the machines cannot be listed: " + e.getMessage(), e);
        }
    }

    /** The machine of this name, id, or beginning of an id. */
    final MachineStatus named(String name) throws LaunchException {
        return Machines.find(name, list())
                .orElseThrow(() -> new LaunchException(
                        "there is no machine called " + name + "; `sourceos ps -a` lists those there are"));
    }
}
