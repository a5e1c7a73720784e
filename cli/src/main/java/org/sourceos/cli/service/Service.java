package org.sourceos.cli.service;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.sourceos.host.posix.LocalServer;
import org.sourceos.host.posix.LocalSocket;
import org.sourceos.host.posix.Peer;
import org.sourceos.host.posix.PosixException;
import org.sourceos.host.posix.Wake;

/** Accepts calls until it is told to stop, is idle for long, or meets a client of another build. */
final class Service {
    /** The file of the socket in the runtime folder; the thin client looks there. */
    static final String SOCKET = "service.sock";

    private static final int LARGEST_NUMBER_OF_CALLS = 512;
    private static final Duration PATIENCE_WITH_SILENCE = Duration.ofSeconds(10);
    /** Between what a closed terminal means to a command and its end. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_END = Duration.ofSeconds(10);
    /** After the last call, before memory is given back. */
    private static final Duration QUIET = Duration.ofSeconds(3);

    /**
     * What a service is made with.
     *
     * @param build which build this is; only its own clients are served
     * @param idle without a call for so long, it ends
     */
    record Settings(String build, Path library, Duration idle, Clock clock, Consumer<String> log) {}

    private final Settings settings;
    private final Standing standing;
    private final Wake wake;
    private final KeptResources kept = new KeptResources();
    private final ScheduledThreadPoolExecutor timer;
    private final Set<Call> calls = new LinkedHashSet<>();
    private final Instant since;
    private long begun;
    private long lastEnd = System.nanoTime();
    private boolean tidy = true;
    private boolean stopping;
    private boolean impatient;
    private boolean inherited;

    Service(Settings settings) throws IOException {
        this.settings = settings;
        this.standing = Standing.ofThisProcess();
        this.wake = new Wake();
        this.since = settings.clock().instant();
        this.timer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "service-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
    }

    /**
     * Serves until the end; then everything is closed and no call is left, or has been given up.
     *
     * @param closed told when nothing is accepted any more, so that another service may begin
     */
    void run(LocalServer server, Runnable closed) throws IOException {
        inherited = server.isInherited();
        long period = Math.max(100, Math.min(settings.idle().toMillis() / 4, QUIET.toMillis()));
        timer.scheduleWithFixedDelay(this::lookAround, period, period, TimeUnit.MILLISECONDS);
        try (server) {
            while (true) {
                Optional<LocalSocket> socket;
                try {
                    socket = server.accept(wake);
                } catch (PosixException e) {
                    // No descriptors or no memory just now: those who wait are taken when calls have ended.
                    log(e.getMessage() + "; trying again");
                    pause();
                    continue;
                }
                if (socket.isEmpty()) {
                    break;
                }
                begin(socket.get());
            }
        }
        closed.run();
        awaitCalls();
        kept.close(settings.log());
        timer.shutdownNow();
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin(LocalSocket socket) {
        try {
            Call call = new Call(this, socket);
            Thread thread;
            synchronized (this) {
                calls.add(call);
                begun++;
                thread = new Thread(call, "call-" + begun);
            }
            thread.setDaemon(true);
            timer.schedule(call::giveUpUnlessAdmitted, PATIENCE_WITH_SILENCE.toMillis(), TimeUnit.MILLISECONDS);
            thread.start();
        } catch (IOException | OutOfMemoryError e) {
            // Neither descriptors nor threads are left: this client does it itself, as without a service.
            socket.close();
            log("cannot take a call: " + e.getMessage());
        }
    }

    /** Why a call is not done here; empty when it is. */
    Optional<Frame> refusal(Hello hello, Peer peer) {
        if (!hello.build().equals(settings.build())) {
            log("a client of another build (" + hello.build() + "): ending after the calls under way");
            stop();
            return Optional.of(Frame.of(Frame.OTHER_VERSION));
        }
        String reason = reasonAgainst(hello, peer);
        return reason.isEmpty() ? Optional.empty() : Optional.of(Frame.text(Frame.NOT_HERE, reason));
    }

    private String reasonAgainst(Hello hello, Peer peer) {
        synchronized (this) {
            if (stopping) {
                return "the service is about to end";
            }
            if (calls.size() > LARGEST_NUMBER_OF_CALLS) {
                return "the service has " + LARGEST_NUMBER_OF_CALLS + " calls already";
            }
        }
        if (Outside.needed(hello.name(), hello.arguments())) {
            return "this command runs in a process of its own";
        }
        try {
            String difference = standing.difference(Standing.of(peer.pid()));
            return difference.isEmpty() ? "" : "the caller has " + difference;
        } catch (IOException e) {
            return "the caller cannot be looked at: " + e.getMessage();
        }
    }

    synchronized void ended(Call call) {
        calls.remove(call);
        // Who is refused does not keep a service alive that serves nobody.
        if (call.isAdmitted()) {
            lastEnd = System.nanoTime();
            tidy = false;
        }
        if (stopping && calls.isEmpty()) {
            wake.ring();
        }
        notifyAll();
    }

    /** Takes no further calls, and ends when those under way have ended. */
    synchronized void stop() {
        stopping = true;
        // Who connects to a socket of systemd's is answered here until the end; it keeps the socket, we cannot close
        // it.
        if (!inherited || calls.isEmpty()) {
            wake.ring();
        }
    }

    /** Ends the calls under way too, but for {@code except}. */
    void stopNow(Optional<Call> except) {
        stop();
        List<Call> all;
        synchronized (this) {
            all = List.copyOf(calls);
        }
        all.stream().filter(call -> !except.equals(Optional.of(call))).forEach(Call::hangUp);
        later(LONGEST_END, this::waitNoLonger);
    }

    private synchronized void waitNoLonger() {
        impatient = true;
        wake.ring();
        notifyAll();
    }

    private void awaitCalls() {
        synchronized (this) {
            while (!calls.isEmpty() && !impatient) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    private void lookAround() {
        synchronized (this) {
            if (!calls.isEmpty() || stopping) {
                return;
            }
        }
        Duration quiet = Duration.ofNanos(System.nanoTime() - lastEnd);
        if (!tidy && quiet.compareTo(QUIET) > 0) {
            tidy = true;
            System.gc();
        }
        if (quiet.compareTo(settings.idle()) > 0 && !kept.busy()) {
            log("idle, ending");
            stop();
        }
    }

    /** Soon, but not at once. */
    void later(Runnable action) {
        later(GRACE, action);
    }

    private void later(Duration delay, Runnable action) {
        timer.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    KeptResources kept() {
        return kept;
    }

    Path library() {
        return settings.library();
    }

    Clock clock() {
        return settings.clock();
    }

    String build() {
        return settings.build();
    }

    Instant since() {
        return since;
    }

    Duration idle() {
        return settings.idle();
    }

    synchronized long callsBegun() {
        return begun;
    }

    synchronized long callsUnderWay() {
        return calls.stream().filter(Call::isAdmitted).count();
    }

    void log(String line) {
        settings.log().accept(line);
    }
}
