package org.sourceos.launcher.machine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.host.Terminal;
import org.sourceos.launcher.GuestExit;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.SavedMachine;
import org.sourceos.launcher.checkpoint.Loading;
import org.sourceos.launcher.checkpoint.OtherQemuException;
import org.sourceos.launcher.guest.GuestExec;
import org.sourceos.launcher.guest.GuestHub;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestSecret;
import org.sourceos.launcher.guest.Mark;
import org.sourceos.launcher.guest.ProtocolException;
import org.sourceos.launcher.guest.Renewal;
import org.sourceos.launcher.guest.StartMessage;
import org.sourceos.launcher.limit.MachineLimits;
import org.sourceos.launcher.qemu.Memory;
import org.sourceos.launcher.qemu.VmSpec;
import org.sourceos.launcher.qmp.QmpClient;
import org.sourceos.launcher.secret.SecretFiles;

/**
 * One machine's life: a thread that starts QEMU or finds it again, hands the output on, writes down how it ended, and starts
 * it again where that is wanted. All that is known of it is in its record, on the disk before anybody is told.
 */
final class Machine {
    private static final int SIGTERM = 15;
    private static final int SIGKILL = 9;
    private static final Duration POWER_OFF = Duration.ofSeconds(5);
    private static final Duration QMP_LIMIT = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    /** One that ran so long has not failed to start: the next pause is the first again. */
    private static final Duration HEALTHY = Duration.ofSeconds(10);

    private static final long STEP_MILLIS = 10;
    /** So long QEMU may take to end when its sockets have. */
    private static final long END_MILLIS = 1000;

    private static final String PANIC = "Kernel panic - not syncing";

    private final WatchSettings settings;
    private final MachineFolders folders;
    private final Runnable onRemoval;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final CompletableFuture<MachineEnd> over = new CompletableFuture<>();
    private final List<Attachment> attachments = new CopyOnWriteArrayList<>();
    private final Saving saving;
    private final Thread thread;
    private @Nullable Revival revival;
    private MachineRecord record;
    private @Nullable MachineSockets sockets;
    private boolean listening;
    private boolean released;
    private boolean killed;

    Machine(WatchSettings settings, MachineFolders folders, MachineRecord record, Runnable onRemoval) {
        this.settings = settings;
        this.folders = folders;
        this.record = record;
        this.onRemoval = onRemoval;
        this.saving = new Saving(settings.launch().random());
        this.thread = new Thread(this::live, "machine-" + record.name());
        thread.setDaemon(true);
        if (record.state() == MachineState.ENDED) {
            over.complete(record.end().orElseGet(() -> Ends.unseen(record.name())));
        }
    }

    synchronized MachineRecord record() {
        return record;
    }

    MachineStatus status() {
        return MachineStatus.of(record(), folders);
    }

    void begin() {
        thread.start();
    }

    /** As {@link #begin}, for one that goes on from a checkpoint; when it is started again it boots. */
    void begin(Revival from) {
        synchronized (this) {
            revival = from;
        }
        begin();
    }

    private synchronized @Nullable Revival takeRevival() {
        Revival from = revival;
        revival = null;
        return from;
    }

    /** As {@link #begin}, for one that was started before our time. */
    void goOn() {
        started.complete(null);
        begin();
    }

    /** Waits until its program runs, or why it does not. */
    void awaitStarted() throws LaunchException, InterruptedException {
        CompletableFuture.anyOf(started, over).handle((value, failure) -> value).join();
        if (!started.isDone()) {
            MachineEnd end = over.join();
            throw new LaunchException(
                    end.message().isEmpty() ? "the machine " + record().name() + " ended at once" : end.message());
        }
    }

    Optional<MachineEnd> awaitEnd() throws InterruptedException {
        while (over.isDone() || !isReleased()) {
            try {
                return Optional.of(over.get(100, TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                // The service may let go of it meanwhile.
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        return Optional.empty();
    }

    private synchronized boolean isReleased() {
        return released;
    }

    private synchronized void change(MachineRecord changed) throws IOException {
        record = changed;
        folders.write(changed);
    }

    private void live() {
        try {
            Duration pause = settings.firstPause();
            while (true) {
                long begun = System.nanoTime();
                MachineEnd end = liveOnce();
                if (isReleased()) {
                    return;
                }
                bury(end);
                Duration ran = Duration.ofNanos(System.nanoTime() - begun);
                pause = ran.compareTo(HEALTHY) > 0 ? settings.firstPause() : pause;
                if (!again(end) || !waitFor(pause)) {
                    break;
                }
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            }
            finish();
        } catch (IOException e) {
            // First whoever waits: what takes warnings may fail.
            over.complete(new MachineEnd(GuestExit.ERROR, String.valueOf(e.getMessage())));
            settings.warnings()
                    .accept("the machine " + record().name() + " is not watched any more: " + e.getMessage());
        }
    }

    /** From its start, or from where it is, to its end. */
    private MachineEnd liveOnce() {
        try (MachineLog log = new MachineLog(folders.log(record().id()), settings.logLimit())) {
            Optional<MachineEnd> known = record().end();
            boolean decided = record().state() == MachineState.ENDED
                    || record().state() == MachineState.WAITING && record().unwanted();
            if (decided && known.isPresent()) {
                // The service before us was gone before it had seen to what is left.
                return known.get();
            }
            Optional<ProcessIdentity> running = record().process().filter(ProcessIdentity::isAlive);
            boolean adopted = record().state() == MachineState.RUNNING || record().state() == MachineState.PAUSED;
            if (adopted && running.isEmpty()) {
                return Ends.unseen(record().name());
            }
            Revival from = takeRevival();
            try {
                return Ends.of(
                        adopted ? follow(running.orElseThrow(), log) : from != null ? revive(from, log) : start(log));
            } catch (ProtocolException e) {
                return Ends.of(new GuestExit.Misbehaved("the machine " + record().name()
                        + " was ended because its guest broke the protocol: " + e.getMessage()));
            } catch (LaunchException e) {
                return new MachineEnd(GuestExit.ERROR, String.valueOf(e.getMessage()));
            } catch (IOException e) {
                return Ends.of(silent());
            }
        } catch (IOException e) {
            return new MachineEnd(
                    GuestExit.ERROR, "the log of " + record().name() + " cannot be written: " + e.getMessage());
        }
    }

    private GuestExit start(MachineLog log) throws IOException, LaunchException {
        record().process().ifPresent(ProcessIdentity::kill);
        MachineRequest request = record().request();
        Mark mark = Mark.random(settings.launch().random());
        change(record().starting(mark, settings.launch().clock().instant()));
        String id = record().id();
        folders.removeSockets(id);
        request.spec().check();
        MachineLimits limits = new MachineLimits(
                request.limits(),
                request.spec(),
                id,
                record().restarts() == 0 ? settings.limits() : settings.limits().silent());
        limits.check();
        // Read anew at each start, so that they stand nowhere but in their files.
        List<GuestSecret> secrets = new SecretFiles(settings.identity()).read(request.secrets());
        Optional<RestoredStart> template = RestoredStart.find(request, settings.launch());
        Optional<GuestExit> failed = template.isPresent() ? restore(template.get(), limits) : boot(limits);
        if (failed.isPresent() && template.isPresent() && !isKilled()) {
            settings.warnings()
                    .accept("the template of " + record().name() + " is of no use and was removed, the machine boots"
                            + " instead: " + failed.get().message());
            template.get().drop();
            letGoOfSockets();
            record().process().ifPresent(Machine::killAndWait);
            folders.removeSockets(id);
            failed = boot(limits);
        }
        if (failed.isPresent()) {
            return failed.get();
        }
        ProcessIdentity process = record().process().orElseThrow();
        GuestHub hub = hub();
        hub.start(
                new StartMessage(
                        request.program(),
                        request.terminal(),
                        request.spec().shares(),
                        request.spec().network(),
                        secrets,
                        settings.launch().clock().instant()),
                settings.launch().random(),
                mark);
        if (request.terminal().isEmpty()) {
            hub.endInput();
        }
        // Not before the guest says so: had it not read START when we go, it would go too.
        return toTheEnd(hub, process, log, this::running);
    }

    private GuestExit revive(Revival from, MachineLog log) throws IOException, LaunchException {
        MachineRequest request = record().request();
        String id = record().id();
        Path folder = folders.folder(id);
        change(record().starting(from.mark(), settings.launch().clock().instant()));
        folders.removeSockets(id);
        request.spec().check();
        MachineLimits limits = new MachineLimits(request.limits(), request.spec(), id, settings.limits());
        limits.check();
        Path socket = folder.resolve(MachineFolders.STATE);
        GuestHub hub;
        try (StateLine line = StateLine.open(socket, settings.launch().confinement())) {
            ProcessIdentity process = startQemu(new Memory.Restored(from.ram()), limits);
            hub = open(process).hub();
            try (QmpClient monitor = MachineSockets.openMonitor(folder, process)) {
                Loading.load(monitor, line.uri(), line::connect, from.state(), from.savedBy());
                hub.renew(
                        from.mark(),
                        new Renewal(settings.launch().clock().instant(), from.hostname()),
                        settings.launch().random());
                Loading.go(monitor);
            }
        } catch (OtherQemuException e) {
            throw new LaunchException("cannot restore " + record().name() + ": " + e.getMessage(), e);
        }
        ProcessIdentity process = record().process().orElseThrow(() -> notThere("restore"));
        if (GuestAnswers.patiently(hub, () -> hub.awaitResumed(from.mark())).isEmpty()) {
            return silent();
        }
        log.note("restored from " + from.origin());
        running();
        return toTheEnd(hub, process, log, () -> {});
    }

    /** Saves it as it is at some moment from now on; it runs meanwhile, and afterwards. */
    CapturedMachine capture(Path ram) throws LaunchException, IOException, InterruptedException {
        GuestHub hub = connected("save").hub();
        return saving.capture(record(), hub, folders.folder(record().id()), ram);
    }

    private ProcessIdentity startQemu(Memory memory, MachineLimits limits) throws IOException, LaunchException {
        String id = record().id();
        Path folder = folders.folder(id);
        Path errors = folder.resolve(MachineFolders.ERRORS);
        folders.makeOut(id);
        VmSpec spec = record().request().spec();
        LaunchContext launch = settings.launch();
        ProcessIdentity process = launch.confinement().isOn()
                ? launch.processes()
                        .startAnnounced(Command.of(DetachedCommandLine.confined(spec, memory, folder, launch)), errors)
                : launch.processes()
                        .startDetached(Command.of(DetachedCommandLine.arguments(spec, memory, folder)), errors);
        change(record().with(process));
        if (isKilled()) {
            process.kill();
        }
        limits.started(process.pid());
        if (limits.needQemu()) {
            MachineSockets.monitor(folder, process, qmp -> limits.settle(process.pid(), qmp));
        }
        return process;
    }

    private Optional<GuestExit> boot(MachineLimits limits) throws IOException, LaunchException {
        ProcessIdentity process = startQemu(new Memory.Private(), limits);
        GuestHub hub = open(process).hub();
        Duration limit = record().request()
                .starting()
                .bootDeadline()
                .orElse(settings.launch().bootDeadline());
        return GuestAnswers.ready(record().name(), process, limit, hub::awaitReady, this::silent);
    }

    private Optional<GuestExit> restore(RestoredStart template, MachineLimits limits)
            throws IOException, LaunchException {
        Path folder = folders.folder(record().id());
        try (StateLine line = StateLine.open(
                folder.resolve(MachineFolders.STATE), settings.launch().confinement())) {
            ProcessIdentity process = startQemu(new Memory.Restored(template.ram()), limits);
            GuestHub hub = open(process).hub();
            template.load(folder, process, line);
            return GuestAnswers.ready(
                    record().name(),
                    process,
                    SavedMachine.RESTORE_LIMIT,
                    () -> RestoredStart.ask(hub, settings.launch()),
                    this::silent);
        } catch (IOException e) {
            return Optional.of(new GuestExit.QemuFailed(e.getMessage() + "; " + silent().message()));
        }
    }

    /** Finds a running machine again and watches over it, as often as the connection breaks and QEMU does not. */
    private GuestExit follow(ProcessIdentity process, MachineLog log) throws IOException {
        while (!isReleased()) {
            try {
                wake(process);
                GuestHub hub = open(process).hub();
                Optional<GuestHub.Resumed> resumed = resume(hub);
                if (resumed.isPresent()) {
                    log.note("the service was away; "
                            + (resumed.get().lostBytes() == 0
                                    ? "what was on its way then may be missing"
                                    : "at least " + resumed.get().lostBytes() + " bytes of output are missing"));
                    running();
                    Optional<GuestExit> exit = watch(hub, log, () -> {});
                    if (exit.isPresent()) {
                        return exit.get();
                    }
                }
            } catch (ProtocolException e) {
                throw e;
            } catch (IOException e) {
                // Its guest did not answer, or the connection broke again.
            }
            if (isReleased() || endsSoon(process)) {
                break;
            }
            letGoOfSockets();
        }
        return silent();
    }

    /** Whoever saved it may have died before it went on. */
    private void wake(ProcessIdentity process) throws IOException {
        if (record().state() != MachineState.RUNNING) {
            return;
        }
        try (QmpClient monitor = MachineSockets.openMonitor(folders.folder(record().id()), process)) {
            Loading.wake(monitor);
        }
    }

    /** A guest that is paused, or has not seen that its host was away, does not answer: then it is asked anew. */
    private Optional<GuestHub.Resumed> resume(GuestHub hub) throws IOException {
        return GuestAnswers.patiently(hub, () -> hub.resume(record().mark()));
    }

    private boolean endsSoon(ProcessIdentity process) {
        for (int i = 0; i < END_MILLIS / STEP_MILLIS && process.isAlive() && !isReleased(); i++) {
            sleep(STEP_MILLIS);
        }
        return !process.isAlive();
    }

    private synchronized void letGoOfSockets() {
        listening = false;
        if (sockets != null) {
            sockets.close();
            sockets = null;
        }
    }

    private MachineSockets open(ProcessIdentity process) throws IOException {
        MachineSockets opened = MachineSockets.connect(folders.folder(record().id()), process);
        synchronized (this) {
            sockets = opened;
            if (released) {
                opened.close();
            }
        }
        return opened;
    }

    private synchronized GuestHub hub() throws IOException {
        if (sockets == null) {
            throw new IOException("the machine was let go of");
        }
        return sockets.hub();
    }

    private void running() throws IOException {
        synchronized (this) {
            listening = true;
            if (record.state() != MachineState.PAUSED) {
                change(record.in(MachineState.RUNNING, settings.launch().clock().instant()));
            }
        }
        started.complete(null);
    }

    /** Over the end of this connection too. */
    private GuestExit toTheEnd(GuestHub hub, ProcessIdentity process, MachineLog log, GuestHub.Begun begun)
            throws IOException {
        Optional<GuestExit> exit = watch(hub, log, begun);
        return exit.isPresent() ? exit.get() : endsSoon(process) ? silent() : follow(process, log);
    }

    /** Until the program has ended: how; empty when the connection has, without a word. */
    private Optional<GuestExit> watch(GuestHub hub, MachineLog log, GuestHub.Begun begun) throws IOException {
        try {
            return hub.run((isError, bytes) -> hand(isError, bytes, log), begun)
                    .map(last -> Ends.of(
                            last, record().request().program().arguments().get(0), record().name()));
        } catch (ProtocolException e) {
            throw e;
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void hand(boolean isError, ByteBuffer bytes, MachineLog log) {
        log.write(bytes);
        attachments.forEach(attachment -> attachment.offer(isError, bytes));
    }

    private GuestExit silent() {
        String errors = "";
        try {
            errors = Files.readString(folders.folder(record().id()).resolve(MachineFolders.ERRORS))
                    .strip();
        } catch (IOException e) {
            // It said nothing, or something that is no text.
        }
        synchronized (this) {
            Optional<String> panic = Optional.ofNullable(sockets)
                    .map(MachineSockets::tail)
                    .filter(tail -> tail.text().contains(PANIC))
                    .map(tail -> "\n" + tail.lastLines());
            return Ends.silent(record.name(), killed, panic, errors);
        }
    }

    /** Writes down how it ended, then ends what is left of it: in this order, so that the status is never lost. */
    private void bury(MachineEnd end) throws IOException {
        Optional<ProcessIdentity> process = record().process();
        String id = record().id();
        synchronized (this) {
            listening = false;
            // With its process, until that is gone.
            MachineRecord ended = record.ended(end, settings.launch().clock().instant());
            change(process.map(ended::with).orElse(ended));
        }
        process.ifPresent(Machine::killAndWait);
        synchronized (this) {
            letGoOfSockets();
            folders.removeSockets(id);
            MachineLimits.removeLeft(id, process, settings.limits());
            change(record.ended(end, record.since()));
        }
        attachments.forEach(attachment -> attachment.end(Attachment.Reason.MACHINE_ENDED));
    }

    private static void killAndWait(ProcessIdentity process) {
        process.kill();
        for (int i = 0; i < POWER_OFF.toMillis() / STEP_MILLIS && process.isAlive(); i++) {
            sleep(STEP_MILLIS);
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean again(MachineEnd end) throws IOException {
        // What never came up would not the next time either, and whoever asked for it waits to be told.
        if (!started.isDone()
                || record.unwanted()
                || !record.request().restart().again(end.status(), record.restarts())) {
            return false;
        }
        change(record.restarted()
                .in(MachineState.WAITING, settings.launch().clock().instant()));
        return true;
    }

    /** False when it is not wanted any more. */
    private synchronized boolean waitFor(Duration pause) {
        long end = System.nanoTime() + pause.toNanos();
        while (!record.unwanted() && !released) {
            long millis = (end - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return true;
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    private void finish() throws IOException {
        MachineEnd end;
        synchronized (this) {
            if (released) {
                return;
            }
            if (record.state() == MachineState.WAITING) {
                change(record.in(MachineState.ENDED, settings.launch().clock().instant()));
            }
            MachineLease.end(folders, record.id());
            end = record.end().orElseGet(() -> Ends.unseen(record.name()));
        }
        if (record().request().removeAtEnd()) {
            onRemoval.run();
        }
        over.complete(end);
    }

    private synchronized MachineSockets connected(String what) throws LaunchException {
        if (sockets == null || !listening) {
            throw notThere(what);
        }
        return sockets;
    }

    private synchronized LaunchException notThere(String what) {
        return new LaunchException("cannot " + what + " " + record.name() + ": it is "
                + record.state().name().toLowerCase(Locale.ROOT)
                + (record.state() == MachineState.ENDED
                        ? "; `sourceos logs " + record.name() + "` shows what it said"
                        : "; try again when `sourceos ps` says running"));
    }

    /** Asks the program to end (SIGTERM), switches the machine off when it does not within the limit, and waits. */
    MachineEnd stop(Duration limit) throws IOException, LaunchException, InterruptedException {
        unwanted();
        if (record().state() == MachineState.PAUSED) {
            resumeProcessor();
        }
        GuestHub hub = awaitListening(limit);
        if (hub != null) {
            hub.signal(SIGTERM);
            if (!endsWithin(limit)) {
                hub.signal(SIGKILL);
                endsWithin(POWER_OFF);
            }
        }
        if (!over.isDone()) {
            killQemu();
        }
        return ended("stop");
    }

    /** Its end; not waited for when the service lets go of it meanwhile, for then nobody notices it here. */
    private MachineEnd ended(String what) throws LaunchException, InterruptedException {
        return awaitEnd()
                .orElseThrow(() -> new LaunchException("cannot " + what + " " + record().name()
                        + ": the service ends at this moment; the next one knows whether it runs (sourceos ps -a)"));
    }

    private boolean endsWithin(Duration limit) throws InterruptedException {
        try {
            over.get(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its guest's ear; after a restart of the service it takes a moment to find it. */
    private @Nullable GuestHub awaitListening(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (hubIfListening() == null
                && System.nanoTime() < end
                && record().process().filter(ProcessIdentity::isAlive).isPresent()) {
            if (endsWithin(Duration.ofMillis(STEP_MILLIS))) {
                break;
            }
        }
        return hubIfListening();
    }

    private synchronized @Nullable GuestHub hubIfListening() {
        return listening && sockets != null ? sockets.hub() : null;
    }

    private synchronized void unwanted() throws IOException {
        if (record.state() != MachineState.ENDED && !record.unwanted()) {
            change(record.notWanted());
        }
        notifyAll();
    }

    private synchronized boolean isKilled() {
        return killed;
    }

    private void killQemu() {
        synchronized (this) {
            killed = true;
        }
        record().process().ifPresent(ProcessIdentity::kill);
    }

    /** Sends the program a signal. After SIGKILL nothing is started again. */
    void signal(int number) throws IOException, LaunchException, InterruptedException {
        if (number == SIGKILL) {
            unwanted();
            GuestHub hub = hubIfListening();
            if (hub == null
                    || record().state() == MachineState.PAUSED
                    || !hub.signal(SIGKILL)
                    || !endsWithin(POWER_OFF)) {
                killQemu();
            }
            ended("kill");
        } else if (!connected("send a signal to").hub().signal(number)) {
            throw new LaunchException("cannot send a signal to " + record().name()
                    + ": its guest does not answer; `sourceos kill` without -s ends it");
        }
    }

    void pause() throws LaunchException, IOException {
        monitor("pause", "stop");
        synchronized (this) {
            change(record.in(MachineState.PAUSED, settings.launch().clock().instant()));
        }
    }

    void resumeProcessor() throws IOException {
        try {
            monitor("resume", "cont");
        } catch (LaunchException e) {
            return;
        }
        synchronized (this) {
            if (record.state() == MachineState.PAUSED) {
                change(record.in(MachineState.RUNNING, settings.launch().clock().instant()));
            }
        }
    }

    private void monitor(String what, String command) throws LaunchException {
        try {
            ProcessIdentity process =
                    record().process().filter(ProcessIdentity::isAlive).orElseThrow(() -> notThere(what));
            MachineSockets.command(folders.folder(record().id()), process, command, QMP_LIMIT);
        } catch (IOException e) {
            throw new LaunchException("cannot " + what + " " + record().name() + ": " + e.getMessage(), e);
        }
    }

    GuestExec exec(GuestProgram program, Optional<Terminal.Size> terminal) throws LaunchException, IOException {
        if (record().state() == MachineState.PAUSED) {
            throw new LaunchException("cannot run " + program.arguments().get(0) + " in " + record().name()
                    + ": it is paused; `sourceos resume " + record().name() + "` lets it go on");
        }
        return connected("run a program in").hub().exec(program, terminal);
    }

    Attachment attach() throws LaunchException {
        Attachment attachment = new Attachment(this, connected("attach to").hub());
        attachments.add(attachment);
        return attachment;
    }

    void forget(Attachment attachment) {
        attachments.remove(attachment);
    }

    /** Lets go of it: it runs on, and the next service finds it. */
    void release() {
        synchronized (this) {
            released = true;
            if (sockets != null) {
                sockets.close();
            }
            notifyAll();
        }
        attachments.forEach(attachment -> attachment.end(Attachment.Reason.DETACHED));
    }

    /** After {@link #release}: until nobody here looks after it any more. */
    void awaitReleased() {
        try {
            thread.join(POWER_OFF.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
