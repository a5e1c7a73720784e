import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;
import org.sourceos.launcher.LaunchContext;
import org.sourceos.launcher.MicroVm;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestStreams;
import org.sourceos.launcher.guest.GuestUser;
import org.sourceos.launcher.confine.Confinement;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.QemuProgram;
import org.sourceos.launcher.qemu.RootMode;
import org.sourceos.launcher.qemu.TscFrequency;
import org.sourceos.launcher.qemu.VmSpec;
import org.sourceos.launcher.template.MachineStarter;
import org.sourceos.launcher.template.Pool;
import org.sourceos.launcher.template.Templates;

/**
 * Launches hello in one warm process, as a service does: {@code LaunchBench WORK RUNS QEMU-COMMAND...}, where the last is
 * what {@code run --dry-run hello} prints.
 */
public final class LaunchBench {
    private static final int MANY = Integer.getInteger("many", 50);
    private static final int LOOP = Integer.getInteger("loop", 100);

    private final int runs;
    private final VmSpec spec;
    private final LaunchContext context;
    private final Templates templates;

    private LaunchBench(Path work, int runs, VmSpec spec) {
        this.runs = runs;
        this.spec = spec;
        this.context = new LaunchContext(
                new ProcessRunner(),
                work.resolve("run"),
                Duration.ofSeconds(60),
                Clock.systemUTC(),
                new SecureRandom(),
                new Confinement(
                        Optional.ofNullable(System.getProperty("confine")).map(Path::of),
                        true,
                        Confinement.FIRST_USER,
                        work));
        this.templates = new Templates(work.resolve("templates"), 1L << 30, Clock.systemUTC());
    }

    public static void main(String[] args) throws Exception {
        List<String> words = Arrays.asList(args).subList(2, args.length);
        List<Path> disks = new ArrayList<>();
        for (String word : words) {
            int at = word.indexOf("file.filename=");
            if (at >= 0) {
                disks.add(Path.of(word.substring(at + "file.filename=".length())));
            }
        }
        VmSpec spec = new VmSpec(
                "hello",
                Path.of(words.get(words.indexOf("-kernel") + 1)),
                Path.of(words.get(words.indexOf("-initrd") + 1)),
                disks,
                RootMode.OVERLAYFS,
                Integer.parseInt(words.get(words.indexOf("-m") + 1).replace("M", "")),
                1,
                new Network.None(),
                List.of(),
                Accel.TCG,
                new QemuProgram(
                        words.get(0),
                        words.contains("-L")
                                ? Optional.of(Path.of(words.get(words.indexOf("-L") + 1)))
                                : Optional.empty()),
                TscFrequency.ofHost());
        new LaunchBench(Path.of(args[0]), Integer.parseInt(args[1]), spec).measure();
    }

    private MicroVm boot() throws Exception {
        MicroVm machine = MicroVm.start(spec, context, new Cancellation());
        machine.awaitReady();
        return machine;
    }

    private MicroVm restore() throws Exception {
        return new MachineStarter(templates, Optional.empty(), warning -> {
                    throw new IllegalStateException(warning);
                })
                .start(spec, context, new Cancellation());
    }

    private void measure() throws Exception {
        for (int i = 0; i < 3; i++) {
            launch(this::boot, new ArrayList<>(), new ArrayList<>());
        }
        List<Long> ready = new ArrayList<>();
        List<Long> said = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            launch(this::boot, ready, said);
        }
        row("booted: start to ready", ready);
        row("  start to the program's first byte", said);
        long started = System.nanoTime();
        templates.make(spec, context, new Cancellation());
        row("making the template", List.of(System.nanoTime() - started));
        System.out.printf("%-58s %8d MiB%n", "  what it takes on the disk", templates.list().get(0).usedBytes() >> 20);
        for (int i = 0; i < 3; i++) {
            launch(this::restore, new ArrayList<>(), new ArrayList<>());
        }
        ready.clear();
        said.clear();
        for (int i = 0; i < runs; i++) {
            launch(this::restore, ready, said);
        }
        row("restored: start to the guest's answer", ready);
        row("  start to the program's first byte", said);
        pool();
        many();
        loop();
        System.exit(0);
    }

    private interface Start {
        MicroVm get() throws Exception;
    }

    private void launch(Start start, List<Long> ready, List<Long> said) throws Exception {
        long began = System.nanoTime();
        try (MicroVm machine = start.get()) {
            ready.add(System.nanoTime() - began);
            said.add(run(machine) - began);
        }
    }

    /** When it said its first byte. */
    private static long run(MicroVm machine) throws Exception {
        TreeMap<String, String> environment = new TreeMap<>();
        environment.put("PATH", "/usr/bin:/bin");
        GuestProgram program = new GuestProgram(
                List.of("hello"), environment, Optional.empty(), new GuestUser(0, 0, List.of(), "root", "/root"), "hello");
        long[] first = new long[1];
        OutputStream out = new OutputStream() {
            @Override
            public void write(int b) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                first[0] = first[0] == 0 ? System.nanoTime() : first[0];
            }
        };
        machine.run(program, new GuestStreams.Pipes(InputStream.nullInputStream(), out, out));
        if (first[0] == 0) {
            throw new IllegalStateException("hello said nothing");
        }
        return first[0];
    }

    private void pool() throws Exception {
        List<Long> said = new ArrayList<>();
        try (Pool pool = new Pool(1, Duration.ZERO, () -> 1 << 20)) {
            pool.launched(spec, templates, context);
            pool.launched(spec, templates, context);
            for (int i = 0; i < runs; i++) {
                while (pool.waiting() == 0) {
                    Thread.sleep(20);
                }
                Thread.sleep(100);
                launch(() -> pool.take(spec, new Cancellation()).orElseThrow(), new ArrayList<>(), said);
                pool.launched(spec, templates, context);
            }
        }
        row("waiting: taken to the program's first byte", said);
    }

    private void many() throws Exception {
        List<MicroVm> all = new ArrayList<>();
        long began = System.nanoTime();
        for (int i = 0; i < MANY; i++) {
            all.add(restore());
        }
        row(MANY + " machines, one after the other, until all have answered", List.of(System.nanoTime() - began));
        Thread.sleep(2000);
        long pss = 0;
        long own = 0;
        long ticks = 0;
        for (MicroVm machine : all.subList(1, all.size())) {
            pss += field(machine.pid(), "Pss:");
            own += field(machine.pid(), "Private_Dirty:");
            ticks -= ticks(machine.pid());
        }
        Thread.sleep(5000);
        for (MicroVm machine : all.subList(1, all.size())) {
            ticks += ticks(machine.pid());
        }
        System.out.printf("%-58s %8.1f MiB (%.1f of it written to)%n", "  PSS of each of them, idle",
                pss / 1024.0 / (MANY - 1), own / 1024.0 / (MANY - 1));
        sharedRam(all);
        System.out.printf("%-58s %8.2f %%%n", "  processor time of each of them, idle", ticks / 5.0 / (MANY - 1));
        began = System.nanoTime();
        for (MicroVm machine : all) {
            run(machine);
        }
        row("  until all of them have run hello", List.of(System.nanoTime() - began));
    }

    /** The guests' memory, which is the template's file until it is written to: their kernel and all it had read. */
    private void sharedRam(List<MicroVm> all) throws IOException {
        long resident = 0;
        long part = 0;
        long own = 0;
        for (MicroVm machine : all) {
            boolean ram = false;
            for (String line : Files.readAllLines(Path.of("/proc/" + machine.pid() + "/smaps"))) {
                if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                    ram = line.contains(" " + templates.list().get(0).folder());
                } else if (ram && line.matches("(Rss|Pss|Private_Dirty):.*")) {
                    long kib = Long.parseLong(line.replaceAll("[^0-9]", ""));
                    resident += line.startsWith("Rss:") ? kib : 0;
                    part += line.startsWith("Pss:") ? kib : 0;
                    own += line.startsWith("Private_Dirty:") ? kib : 0;
                }
            }
        }
        double shared = (resident - own) / 1024.0;
        System.out.printf("%-58s %8.1f MiB of each, %.2f MiB of it counted once for all %d (%.1f MiB written to)%n",
                "  guest memory, kernel included, that is resident", resident / 1024.0 / MANY, shared / MANY, MANY,
                own / 1024.0 / MANY);
        System.out.printf("%-58s %8.2f MiB of each instead of %.2f%n", "  what the shared part of it costs",
                (part - own) / 1024.0 / MANY, shared / MANY);
    }

    private static long field(long pid, String name) throws IOException {
        for (String line : Files.readString(Path.of("/proc/" + pid + "/smaps_rollup")).lines().toList()) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return 0;
    }

    /** Hundredths of a second that the process has used. */
    private static long ticks(long pid) throws IOException {
        String[] fields = Files.readString(Path.of("/proc/" + pid + "/stat")).split("\\) ")[1].split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private void loop() throws Exception {
        long before = descriptors();
        long began = System.nanoTime();
        for (int i = 0; i < LOOP; i++) {
            launch(this::restore, new ArrayList<>(), new ArrayList<>());
        }
        row(LOOP + " launches in a loop", List.of(System.nanoTime() - began));
        System.out.printf("%-58s %8d descriptors, %d processes, %d files%n", "  left behind by them", descriptors() - before,
                ProcessHandle.current().children().filter(ProcessHandle::isAlive).count(),
                context.runtimeDirectory().toFile().list().length);
    }

    private static long descriptors() {
        String[] names = Path.of("/proc/self/fd").toFile().list();
        return names == null ? 0 : names.length;
    }

    private static void row(String name, List<Long> nanos) {
        List<Long> sorted = nanos.stream().sorted().toList();
        System.out.printf("%-58s %8.1f ms  (%.0f-%.0f)%n", name, sorted.get(sorted.size() / 2) / 1e6,
                sorted.get(0) / 1e6, sorted.get(sorted.size() - 1) / 1e6);
    }
}
