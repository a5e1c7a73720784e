package org.sourceos.cli.machine;

import java.io.IOException;
import java.util.List;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.cli.ServiceRequiredException;
import org.sourceos.cli.SourceOs;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.Machines;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What commands for machines share: where they are, and how one is named. */
abstract class MachineSubcommand {
    private final CommandContext context;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    MachineSubcommand(CommandContext context) {
        this.context = context;
    }

    final CommandContext context() {
        return context;
    }

    final Places places() {
        return ((SourceOs) spec.root().userObject()).places();
    }

    /** The service's machines, to do something with them. */
    final Machines machines() throws LaunchException, ServiceRequiredException {
        return KeptMachines.of(context, places());
    }

    /** All machines; as their folders tell it where no service runs. */
    final List<MachineStatus> list() throws LaunchException {
        if (context.resident().isPresent()) {
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
