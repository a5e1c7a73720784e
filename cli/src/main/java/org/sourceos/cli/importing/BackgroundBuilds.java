package org.sourceos.cli.importing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.cli.Resident;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.FileLock;
import org.sourceos.host.ProcessOutput;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;
import org.sourceos.importer.convert.Journal;

/**
 * What a service does for conversions of binary packages: it has them built from source, in a process of its own that gets what
 * nobody else wants of processor and disk. What is to be built is in the journals, so a service that begins goes on where
 * the last one ended.
 */
public final class BackgroundBuilds implements AutoCloseable, Resident.Occupied {
    private static final Duration GLANCE = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofSeconds(4);
    /** A build that is due later than this does not keep a service. */
    private static final Duration SOON = Duration.ofMinutes(11);

    private final CommandContext service;
    private final Consumer<String> log;
    private final Cancellation end = new Cancellation();
    private final Set<Places> watched = new LinkedHashSet<>();
    private final Thread thread = new Thread(this::work, "background-builds");
    private boolean rung;
    private volatile boolean building;

    public BackgroundBuilds(CommandContext service, Consumer<String> log) {
        this.service = service;
        this.log = log;
        thread.setDaemon(true);
        thread.start();
    }

    /** Whether anything is converted, which then may wait. */
    public static boolean areThere(Places places) throws IOException {
        return !new Journal(places.state()).all().isEmpty();
    }

    /** Looks there now, and from time to time. */
    public synchronized void watch(Places places) {
        watched.add(places);
        rung = true;
        notifyAll();
    }

    private synchronized List<Places> places() {
        return List.copyOf(watched);
    }

    private void work() {
        try {
            while (!end.isCancelled()) {
                for (Places one : places()) {
                    try {
                        build(one);
                    } catch (IOException e) {
                        log.accept("cannot build what conversions wait for: " + e.getMessage());
                    }
                }
                pause();
            }
        } catch (InterruptedException | CancellationException e) {
            // The service ends.
            return;
        }
    }

    private synchronized void pause() throws InterruptedException {
        if (!rung) {
            wait(GLANCE.toMillis());
        }
        rung = false;
    }

    private void build(Places places) throws IOException {
        Journal journal = new Journal(places.state());
        SourceQueue queue = new SourceQueue(journal, service.clock());
        Set<String> roots = new TreeSet<>();
        for (Journal.Entry entry : journal.all()) {
            if (queue.due(entry)) {
                roots.add(entry.root());
            }
        }
        if (roots.isEmpty() || isBusy(journal)) {
            return;
        }
        building = true;
        try {
            for (String root : roots) {
                log.accept("building from source what was converted from binary packages of " + root);
                ProcessResult result = new ProcessRunner()
                        .run(command(places, root), new ProcessOutput.Captured(), new ProcessOutput.Captured(), end);
                String said = result.succeeded()
                        ? result.stdout().strip()
                        : result.stderrTail().strip();
                log.accept("built from source, status " + result.exitStatus() + (said.isEmpty() ? "" : ": " + said));
            }
        } finally {
            building = false;
        }
    }

    /** Somebody builds by hand, or a service before this one has not ended yet. */
    private static boolean isBusy(Journal journal) throws IOException {
        var lock = FileLock.tryAcquire(journal.buildLock());
        if (lock.isPresent()) {
            lock.get().close();
        }
        return lock.isEmpty();
    }

    private Command command(Places places, String root) {
        List<String> argv = new ArrayList<>(List.of("nice", "-n", "19"));
        if (Files.isExecutable(Path.of("/usr/bin/ionice"))) {
            argv.addAll(List.of("ionice", "-c", "3"));
        }
        argv.add(service.library().resolve("sourceos").toString());
        argv.addAll(List.of("convert", "--root", root, "--continue", "--due"));
        return Command.of(argv)
                .withOnlyEnvironment(service.environment())
                .withEnvironment("SOURCEOS_CONFIG", places.config().toString())
                .withEnvironment("SOURCEOS_STORE", places.store().toString())
                .withEnvironment("SOURCEOS_STATE", places.state().toString())
                .withEnvironment("SOURCEOS_RUNTIME", places.runtime().toString())
                .withEnvironment("SOURCEOS_SERVICE", "never")
                .withDirectory(Path.of("/"));
    }

    /** While something is built, or soon will be. */
    @Override
    public boolean busy() {
        if (building) {
            return true;
        }
        try {
            for (Places one : places()) {
                Journal journal = new Journal(one.state());
                SourceQueue queue = new SourceQueue(journal, service.clock());
                Instant soon = service.clock().instant().plus(SOON);
                for (Journal.Entry entry : journal.all()) {
                    if (queue.due(entry)
                            || (entry.waiting()
                                    && queue.tried(entry)
                                            .filter(tried -> tried.dueAt(soon))
                                            .isPresent())) {
                        return true;
                    }
                }
            }
        } catch (IOException e) {
            log.accept("cannot look what conversions wait for: " + e.getMessage());
        }
        return false;
    }

    @Override
    public void close() throws InterruptedException {
        end.cancel();
        synchronized (this) {
            rung = true;
            notifyAll();
        }
        thread.join(PATIENCE.toMillis());
    }
}
