package org.sourceos.cli.service;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.Places;
import org.sourceos.cli.SourceOs;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.importing.BackgroundBuilds;
import org.sourceos.cli.machine.KeptMachines;
import org.sourceos.host.Cancellation;
import org.sourceos.host.FileLock;
import org.sourceos.host.posix.Descriptor;
import org.sourceos.host.posix.LocalServer;
import org.sourceos.launcher.LaunchException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sourceos service run}, also called {@code sourceosd}: is the service. */
@Command(
        name = "run",
        header = "Be the resident service, in the foreground (also called sourceosd).",
        description = {
            "Listens at service.sock in the runtime folder, or at the socket that systemd hands over.",
            "SOURCEOS_SERVICE_IDLE: after so many seconds without a call it ends (300; 0: never).",
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  sourceosd", "  SOURCEOS_SERVICE_IDLE=0 sourceos service run"})
final class ServiceRunCommand implements Callable<Integer> {
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final Duration FOR_EVER = Duration.ofDays(36_500);
    /** sd_listen_fds(3): the first that is handed over. */
    private static final int FIRST_HANDED_OVER = 3;

    private static final long PATIENCE_MILLIS = 3_000;
    private static final long GLANCE_MILLIS = 50;

    private final CommandContext context;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--build", hidden = true, description = "which build this is, as the client says it")
    private String build = "";

    ServiceRunCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        Places places = ((SourceOs) spec.root().userObject()).places();
        Path runtime = places.runtime();
        RuntimeFolder.prepare(runtime);
        Optional<FileLock> lock = lock(runtime.resolve("service.lock"));
        if (lock.isEmpty()) {
            log("another service runs for " + runtime + "; `sourceos service status` shows it");
            return ExitCode.FAILED.status();
        }
        AtomicReference<Optional<FileLock>> held = new AtomicReference<>(lock);
        try {
            Service service =
                    new Service(new Service.Settings(build, context.library(), idle(), context.clock(), this::log));
            LocalServer server = server(runtime);
            log("serving in " + runtime + (server.isInherited() ? ", at a socket handed over" : ""));
            watchOverMachines(service, places);
            Resumption.begin(context, places, service);
            buildInBackground(service, places);
            try (WarmUp warmUp = WarmUp.begin(context, runtime);
                    Cancellation.Registration end =
                            context.cancellation().onCancel(() -> service.stopNow(Optional.empty()))) {
                // The calls under way may take long; another service can begin meanwhile.
                service.run(server, () -> release(held));
            }
        } finally {
            release(held);
        }
        log("ended");
        return ExitCode.DONE.status();
    }

    private void watchOverMachines(Service service, Places places) {
        if (!KeptMachines.areThere(places)) {
            return;
        }
        try {
            service.kept().keep(KeptMachines.class, KeptMachines::new).goOn(context, places);
        } catch (LaunchException e) {
            // The service before this one may still end; the first command that asks for machines tries again.
            log(String.valueOf(e.getMessage()));
        }
    }

    private void buildInBackground(Service service, Places places) throws IOException {
        if (BackgroundBuilds.areThere(places)) {
            service.kept()
                    .keep(BackgroundBuilds.class, () -> new BackgroundBuilds(context, this::log))
                    .watch(places);
        }
    }

    private static Optional<FileLock> lock(Path file) throws IOException, InterruptedException {
        for (long waited = 0; ; waited += GLANCE_MILLIS) {
            Optional<FileLock> lock = FileLock.tryAcquire(file);
            if (lock.isPresent() || waited >= PATIENCE_MILLIS) {
                return lock;
            }
            // One that was just told to end closes its socket at once.
            Thread.sleep(GLANCE_MILLIS);
        }
    }

    private void release(AtomicReference<Optional<FileLock>> held) {
        Optional<FileLock> lock = held.getAndSet(Optional.empty());
        if (lock.isPresent()) {
            try {
                lock.get().close();
            } catch (IOException e) {
                log("cannot give the lock back: " + e.getMessage());
            }
        }
    }

    private LocalServer server(Path runtime) throws IOException {
        Map<String, String> environment = context.environment();
        boolean handedOver = environment
                        .getOrDefault("LISTEN_PID", "")
                        .equals(Long.toString(ProcessHandle.current().pid()))
                && !environment.getOrDefault("LISTEN_FDS", "0").equals("0");
        return handedOver
                ? LocalServer.of(Descriptor.inherited(FIRST_HANDED_OVER))
                : LocalServer.open(runtime.resolve(Service.SOCKET));
    }

    private Duration idle() throws UsageException {
        String text = context.environment().getOrDefault("SOURCEOS_SERVICE_IDLE", "");
        if (text.isEmpty()) {
            return IDLE;
        }
        if (!text.matches("[0-9]{1,9}")) {
            throw new UsageException("SOURCEOS_SERVICE_IDLE=" + text + ": a number of seconds is meant, 0 for never");
        }
        long seconds = Long.parseLong(text);
        return seconds == 0 ? FOR_EVER : Duration.ofSeconds(seconds);
    }

    private void log(String line) {
        synchronized (context.err()) {
            context.err().println(context.clock().instant().truncatedTo(ChronoUnit.SECONDS) + " " + line);
            context.err().flush();
        }
    }
}
