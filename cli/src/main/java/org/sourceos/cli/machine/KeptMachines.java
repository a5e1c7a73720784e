package org.sourceos.cli.machine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.MachineAssembly;
import org.sourceos.cli.Places;
import org.sourceos.cli.Resident;
import org.sourceos.cli.ServiceRequiredException;
import org.sourceos.cli.secret.SecretCommand;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.machine.Machines;
import org.sourceos.launcher.machine.WatchSettings;

/**
 * The machines as the service keeps them: opened by the first command that needs them, let go of with the service.
 * A service that begins looks after those that an earlier one left.
 */
public final class KeptMachines implements AutoCloseable, Resident.Occupied {
    private static final int MAX_WARNINGS = 100;

    private final List<String> warnings = new ArrayList<>();
    private @Nullable Machines machines;

    /** Those of the service this command runs in. */
    public static Machines of(CommandContext context, Places places) throws LaunchException, ServiceRequiredException {
        KeptMachines kept = context.requireResident().keep(KeptMachines.class, KeptMachines::new);
        Machines machines = kept.open(context, places);
        kept.takeWarnings().forEach(warning -> context.err().println("sourceos: " + warning));
        return machines;
    }

    /** Whether an earlier service has left any. */
    public static boolean areThere(Places places) {
        try {
            return !Machines.read(places.runtime(), places.state()).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** Watches over those there are, though no command asks for them yet. */
    public void goOn(CommandContext context, Places places) throws LaunchException {
        open(context, places);
    }

    private synchronized Machines open(CommandContext context, Places places) throws LaunchException {
        if (machines == null) {
            LaunchContext launch = MachineAssembly.launch(context, places);
            machines = Machines.open(WatchSettings.of(
                    places.runtime(), places.state(), launch, SecretCommand.identity(context, places), this::warn));
        }
        return machines;
    }

    /** What the next command tells: whoever was there when it happened is gone. */
    private void warn(String text) {
        synchronized (warnings) {
            if (warnings.size() < MAX_WARNINGS) {
                warnings.add(text);
            }
        }
    }

    private List<String> takeWarnings() {
        synchronized (warnings) {
            List<String> taken = List.copyOf(warnings);
            warnings.clear();
            return taken;
        }
    }

    /** Whether a machine runs that is better watched over. */
    @Override
    public synchronized boolean busy() {
        return machines != null && machines.busy();
    }

    @Override
    public synchronized void close() {
        if (machines != null) {
            machines.close();
        }
    }
}
