package org.sourceos.launcher.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.sourceos.host.FileLock;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.host.Terminal;
import org.sourceos.host.cgroup.ControlGroups;
import org.sourceos.launcher.GuestExit;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.checkpoint.QemuIdentity;
import org.sourceos.launcher.guest.GuestChannel;
import org.sourceos.launcher.guest.GuestExec;
import org.sourceos.launcher.guest.GuestMessage;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.Mark;

/**
 * This user's machines that outlive the command which started them. One object at a time watches over those of a folder;
 * closing it lets them run on, and the next finds them again: also when the process of this one was killed.
 */
public final class Machines implements AutoCloseable {
    private static final int ID_BYTES = 6;
    private static final Duration TIME_TO_LET_GO = Duration.ofSeconds(10);
    private static final long GLANCE_MILLIS = 50;

    private final WatchSettings settings;
    private final MachineFolders folders;
    private final FileLock lock;
    private final ConcurrentMap<String, Machine> machines = new ConcurrentHashMap<>();

    private Machines(WatchSettings settings, MachineFolders folders, FileLock lock) {
        this.settings = settings;
        this.folders = folders;
        this.lock = lock;
    }

    /** Takes over what runs, ends what is left of what does not, and removes what an earlier boot of the host left. */
    public static Machines open(WatchSettings settings) throws LaunchException {
        MachineFolders folders = new MachineFolders(settings.runtime(), settings.state());
        try {
            Files.createDirectories(folders.root());
            FileLock lock = lock(folders.root().resolve("lock"))
                    .orElseThrow(() -> new LaunchException("the machines in " + folders.root()
                            + " are watched over by another service of this user; end that one first"));
            Machines machines = new Machines(settings, folders, lock);
            machines.adoptAll();
            return machines;
        } catch (IOException e) {
            throw new LaunchException(
                    "the machines in " + folders.root() + " cannot be watched over: " + e.getMessage()
                            + "; set SOURCEOS_RUNTIME to a folder that you can write to",
                    e);
        }
    }

    /** A service that is told to end makes room for the next one before it has let go of everything. */
    private static Optional<FileLock> lock(Path file) throws IOException {
        long end = System.nanoTime() + TIME_TO_LET_GO.toNanos();
        while (true) {
            Optional<FileLock> lock = FileLock.tryAcquire(file);
            if (lock.isPresent() || System.nanoTime() > end) {
                return lock;
            }
            try {
                Thread.sleep(GLANCE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return lock;
            }
        }
    }

    private void adoptAll() throws IOException {
        folders.removeLogsOfEarlierBoots();
        settings.limits().groups().get().ifPresent(ControlGroups::sweep);
        String boot = MachineFolders.bootId();
        for (String id : folders.ids()) {
            try {
                Optional<MachineRecord> record = folders.read(id);
                if (record.isEmpty() || !record.get().bootId().equals(boot)) {
                    // Begun and never finished, or nothing of it can run any more.
                    folders.remove(id);
                } else {
                    adopt(record.get());
                }
            } catch (IOException e) {
                settings.warnings().accept("a machine is left alone: " + e.getMessage());
            }
        }
    }

    private void adopt(MachineRecord record) {
        Machine machine = machine(record);
        boolean processLeft = record.process().filter(ProcessIdentity::isAlive).isPresent();
        if (record.state() != MachineState.ENDED || processLeft) {
            machine.goOn();
        }
    }

    private Machine machine(MachineRecord record) {
        Machine machine = new Machine(settings, folders, record, () -> forget(record.id()));
        machines.put(record.id(), machine);
        return machine;
    }

    private void forget(String id) {
        machines.remove(id);
        try {
            folders.remove(id);
        } catch (IOException e) {
            settings.warnings().accept("what is left of a machine cannot be removed: " + e.getMessage());
        }
    }

    /** Starts a machine; returns when its program runs. One that cannot be started is not kept. */
    public MachineStatus start(MachineRequest request) throws LaunchException, InterruptedException {
        return start(request, Optional.empty());
    }

    /**
     * Saves a machine that runs, at some moment from now on.
     *
     * @param ram a file to be made for its memory
     */
    public CapturedMachine capture(String id, Path ram) throws LaunchException, InterruptedException {
        try {
            return machine(id).capture(ram);
        } catch (IOException e) {
            throw new LaunchException(
                    "cannot save " + machine(id).record().name() + ": " + e.getMessage() + "; the machine runs on", e);
        }
    }

    /**
     * Goes on with a machine that was saved; returns when its guest has answered.
     *
     * @param request as the saved one's, but for its name, its disks' places and its ports
     * @param ram its memory; not needed any more when this returns
     * @param hostname another one than it had, for a machine beside the one it was
     * @param origin where it comes from, for its log
     */
    public MachineStatus restore(
            MachineRequest request,
            SavedMachineRecord saved,
            Path ram,
            byte[] state,
            QemuIdentity savedBy,
            Optional<String> hostname,
            String origin)
            throws LaunchException, InterruptedException {
        return start(request, Optional.of(new Revival(ram, state, savedBy, saved.mark(), hostname, origin)));
    }

    /** That name, or one with a number behind it if there is a machine of that name. */
    public String freeName(String base) {
        String name = base;
        for (int i = 2; isTaken(name); i++) {
            name = base + "-" + i;
        }
        return name;
    }

    private MachineStatus start(MachineRequest request, Optional<Revival> revival)
            throws LaunchException, InterruptedException {
        byte[] bytes = new byte[ID_BYTES];
        settings.launch().random().nextBytes(bytes);
        String id = HexFormat.of().formatHex(bytes);
        Machine machine;
        try {
            Instant now = settings.launch().clock().instant();
            synchronized (this) {
                MachineRecord record = new MachineRecord(
                        id,
                        name(request),
                        request,
                        now,
                        MachineState.STARTING,
                        now,
                        MachineFolders.bootId(),
                        Optional.empty(),
                        Mark.random(settings.launch().random()),
                        GuestChannel.PROTOCOL_VERSION,
                        0,
                        false,
                        Optional.empty());
                folders.create(record);
                MachineLease.begin(folders, record);
                machine = machine(record);
            }
            if (revival.isPresent()) {
                machine.begin(revival.get());
            } else {
                machine.begin();
            }
        } catch (IOException e) {
            throw new LaunchException(
                    "cannot start " + request.spec().name() + ": " + e.getMessage()
                            + "; SOURCEOS_RUNTIME and SOURCEOS_STATE must be folders that you can write to",
                    e);
        }
        try {
            machine.awaitStarted();
        } catch (LaunchException e) {
            forget(id);
            throw e;
        }
        return machine.status();
    }

    private String name(MachineRequest request) throws LaunchException {
        if (request.name().isPresent()) {
            String name = request.name().get();
            if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")) {
                throw new LaunchException("a machine cannot be called " + name
                        + ": a name has at most 63 letters, digits, dots, hyphens and underscores and begins with a"
                        + " letter or digit");
            }
            if (isTaken(name)) {
                throw new LaunchException("there is a machine called " + name
                        + "; choose another --name, or remove that" + " one with: sourceos rm " + name);
            }
            return name;
        }
        return freeName(request.image().name());
    }

    private boolean isTaken(String name) {
        return machines.values().stream()
                .anyMatch(machine -> machine.record().name().equals(name));
    }

    /** All machines, those included that have ended, the oldest first. */
    public List<MachineStatus> list() {
        return machines.values().stream()
                .map(Machine::status)
                .sorted(Comparator.comparing(MachineStatus::created).thenComparing(MachineStatus::id))
                .toList();
    }

    /** Those of one owner, such as the system's configuration. */
    public List<MachineStatus> ownedBy(String owner) {
        return list().stream().filter(status -> status.owner().equals(owner)).toList();
    }

    /** As {@link #list}, read from the disk: for when no service runs. */
    public static List<MachineStatus> read(Path runtime, Path state) throws IOException {
        MachineFolders folders = new MachineFolders(runtime, state);
        List<MachineStatus> all = new ArrayList<>();
        for (MachineRecord record : folders.records()) {
            all.add(MachineStatus.of(record, folders));
        }
        return all;
    }

    /** The one of this name or id, or of the only id that begins so. */
    public Optional<MachineStatus> find(String name) throws LaunchException {
        return find(name, list());
    }

    /** As {@link #find(String)}, among those. */
    public static Optional<MachineStatus> find(String name, List<MachineStatus> among) throws LaunchException {
        Optional<MachineStatus> exact = among.stream().filter(named(name)).findFirst();
        if (exact.isPresent() || name.isEmpty()) {
            return exact;
        }
        List<MachineStatus> beginning =
                among.stream().filter(status -> status.id().startsWith(name)).toList();
        if (beginning.size() > 1) {
            throw new LaunchException("the ids of " + beginning.size() + " machines begin with " + name + ": "
                    + String.join(
                            ", ", beginning.stream().map(MachineStatus::id).toList()) + "; write more of it");
        }
        return beginning.stream().findFirst();
    }

    private static Predicate<MachineStatus> named(String name) {
        return status -> status.name().equals(name) || status.id().equals(name);
    }

    private Machine machine(String id) throws LaunchException {
        Machine machine = machines.get(id);
        if (machine == null) {
            throw new LaunchException(
                    "there is no machine with the id " + id + " any more; `sourceos ps -a` lists those there are");
        }
        return machine;
    }

    /** Ends a machine: SIGTERM for its program, then power off, then the end of QEMU. It is not started again. */
    public MachineEnd stop(String id, Duration limit) throws LaunchException, InterruptedException {
        try {
            return machine(id).stop(limit);
        } catch (IOException e) {
            throw new LaunchException("cannot stop " + id + ": " + e.getMessage(), e);
        }
    }

    /** Sends the program a signal; SIGKILL ends the machine, whatever it does, and waits for that. */
    public void signal(String id, int number) throws LaunchException, InterruptedException {
        try {
            machine(id).signal(number);
        } catch (IOException e) {
            throw new LaunchException("cannot send a signal to " + id + ": " + e.getMessage(), e);
        }
    }

    /** Waits until it has ended for good; empty when this object is closed before. */
    public Optional<MachineEnd> awaitEnd(String id) throws LaunchException, InterruptedException {
        return machine(id).awaitEnd();
    }

    public void pause(String id) throws LaunchException {
        try {
            machine(id).pause();
        } catch (IOException e) {
            throw new LaunchException("cannot pause " + id + ": " + e.getMessage(), e);
        }
    }

    public void resume(String id) throws LaunchException {
        try {
            machine(id).resumeProcessor();
        } catch (IOException e) {
            throw new LaunchException("cannot resume " + id + ": " + e.getMessage(), e);
        }
    }

    /** Starts another program in it. */
    public GuestExec exec(String id, GuestProgram program, Optional<Terminal.Size> terminal) throws LaunchException {
        try {
            return machine(id).exec(program, terminal);
        } catch (IOException e) {
            throw new LaunchException("cannot run " + program.arguments().get(0) + ": " + e.getMessage(), e);
        }
    }

    /** How a program ended that {@link #exec} started, from what its session said last. */
    public static GuestExit exit(MachineStatus machine, GuestProgram program, Optional<GuestMessage> last) {
        String name = program.arguments().get(0);
        return last.isPresent()
                ? Ends.of(last.get(), name, machine.name())
                : new GuestExit.PoweredOff("the machine " + machine.name() + " ended, and " + name + " with it");
    }

    /** Watches its own program. */
    public Attachment attach(String id) throws LaunchException {
        return machine(id).attach();
    }

    /** The program that {@code exec} runs in it: as its own, with other arguments. */
    public GuestProgram programLike(String id, List<String> arguments, Optional<String> term) throws LaunchException {
        GuestProgram own = machine(id).record().request().program();
        SortedMap<String, String> environment = new TreeMap<>(own.environment());
        term.ifPresent(value -> environment.put("TERM", value));
        return new GuestProgram(arguments, environment, own.directory(), own.user(), own.hostname());
    }

    /** What is kept of one that has ended. */
    public void remove(String id) throws LaunchException {
        Machine machine = machine(id);
        if (machine.record().state() != MachineState.ENDED) {
            throw new LaunchException("cannot remove " + machine.record().name()
                    + ": it has not ended; stop it first, or" + " say --purge");
        }
        forget(id);
    }

    /** Whether there is anything to watch over. */
    public boolean busy() {
        return machines.values().stream().anyMatch(machine -> machine.record().state() != MachineState.ENDED);
    }

    @Override
    public void close() {
        machines.values().forEach(Machine::release);
        machines.values().forEach(Machine::awaitReleased);
        try {
            lock.close();
        } catch (IOException e) {
            // The lock ends with this process.
        }
    }
}
