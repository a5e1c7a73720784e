package org.sourceos.cli.service;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Signals;
import org.sourceos.cli.SourceOs;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Directories;

/** Loads what typical commands load, before the first of them comes. */
final class WarmUp {
    private static final int TIMES = 3;

    private WarmUp() {}

    /** In the background; what it makes is in a folder of its own, and removed. */
    static void begin(CommandContext service, Path runtime) {
        Thread thread = new Thread(
                () -> {
                    try {
                        run(service, runtime);
                    } catch (IOException e) {
                        // The first command is slower then, and says what is wrong if it matters.
                    }
                },
                "warm-up");
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        thread.start();
    }

    private static void run(CommandContext service, Path runtime) throws IOException {
        Path folder = Files.createTempDirectory(runtime, "warm-up-");
        try {
            Map<String, String> environment = new HashMap<>(service.environment());
            for (String place : new String[] {"STORE", "STATE", "CONFIG", "RUNTIME"}) {
                environment.put(
                        "SOURCEOS_" + place, folder.resolve(place.toLowerCase(java.util.Locale.ROOT)).toString());
            }
            for (int i = 0; i < TIMES && !service.cancellation().isCancelled(); i++) {
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
                        new Cancellation(),
                        Optional.empty());
                SourceOs.execute(context, "warm-up");
            }
        } finally {
            Directories.remove(folder);
        }
    }
}
