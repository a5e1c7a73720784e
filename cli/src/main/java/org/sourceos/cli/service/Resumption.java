package org.sourceos.cli.service;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.cli.Resident;
import org.sourceos.cli.Signals;
import org.sourceos.cli.SourceOs;

/** What a service does before anybody calls: it starts the machines of the deployed system, as at the start of the computer. */
final class Resumption {
    private Resumption() {}

    /** In a thread of its own; where nothing was deployed, nothing. */
    static void begin(CommandContext context, Places places, Service service) {
        if (!Files.exists(places.state().resolve("profile"))) {
            return;
        }
        Thread thread = new Thread(() -> SourceOs.execute(inside(context, service), "rebuild", "follow"), "resumption");
        thread.setDaemon(true);
        thread.start();
    }

    private static CommandContext inside(CommandContext service, Service kept) {
        return new CommandContext(
                "sourceos",
                service.library(),
                new ByteArrayInputStream(new byte[0]),
                service.out(),
                service.err(),
                service.environment(),
                Path.of("/"),
                new CommandContext.Terminals(false, false, false),
                Signals.none(),
                service.clock(),
                service.cancellation(),
                Optional.of(new Resident() {
                    @Override
                    public <T extends AutoCloseable> T keep(Class<T> kind, Supplier<T> maker) {
                        return kept.kept().keep(kind, maker);
                    }
                }));
    }
}
