package org.sourceos.cli.service;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Signals;
import org.sourceos.cli.SourceOs;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;

/**
 * Loads what typical commands load, before the first of them comes: in the background, in a folder of its own. Closing ends
 * it, at the next step, and removes what it made.
 */
final class WarmUp implements AutoCloseable {
    private static final int TIMES = 2;
    private static final long PATIENCE_MILLIS = 5_000;

    private final CommandContext service;
    private final Path folder;
    private final Cancellation cancellation = new Cancellation();
    private final Thread thread = new Thread(this::run, "warm-up");

    private WarmUp(CommandContext service, Path folder) {
        this.service = service;
        this.folder = folder;
    }

    static WarmUp begin(CommandContext service, Path runtime) throws IOException {
        // One that was killed may have left it.
        Path folder = runtime.resolve("warm-up");
        Directories.remove(folder);
        WarmUp warmUp = new WarmUp(service, Files.createDirectories(folder));
        warmUp.thread.setDaemon(true);
        warmUp.thread.setPriority(Thread.MIN_PRIORITY);
        warmUp.thread.start();
        return warmUp;
    }

    private void run() {
        Map<String, String> environment = new HashMap<>(service.environment());
        for (String place : List.of("STORE", "STATE", "CONFIG", "RUNTIME")) {
            environment.put(
                    "SOURCEOS_" + place,
                    folder.resolve(place.toLowerCase(Locale.ROOT)).toString());
        }
        for (int i = 0; i < TIMES && !cancellation.isCancelled(); i++) {
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
            CommandContext context = new CommandContext(
                    "sourceos",
                    service.library(),
                    new ByteArrayInputStream(new byte[0]),
                    nowhere,
                    nowhere,
                    environment,
                    folder,
                    new CommandContext.Terminals(false, false, false),
                    Signals.none(),
                    service.clock(),
                    cancellation,
                    Optional.empty());
            SourceOs.execute(context, "warm-up");
        }
        remove();
    }

    private void remove() {
        try {
            Directories.remove(folder);
        } catch (IOException e) {
            // The next service removes it.
        }
    }

    @Override
    public void close() {
        cancellation.cancel();
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        remove();
    }
}
