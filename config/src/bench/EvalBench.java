import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sourceos.config.nix.EvalException;
import org.sourceos.config.nix.EvalSettings;
import org.sourceos.config.nix.Evaluator;
import org.sourceos.config.nix.ParseException;
import org.sourceos.config.nix.SourceIo;

/**
 * The evaluator of the configuration language, warm, beside nix-instantiate; {@code ./bench eval} runs it.
 *
 * <p>All texts are evaluated in this one process, in turn, each time by a new {@link Evaluator} from text to JSON, so no
 * text has the compiler's profile to itself. Both sides are given in processor time (user and system, all threads: compiling
 * and collecting garbage count), which other load on the machine changes least; the rounds are interleaved.
 *
 * <p>Arguments: folder for generated texts, folder of the texts, rounds, and the nix-instantiate to compare with, if any.
 */
final class EvalBench {
    private static final long WARM_NANOS = 5_000_000_000L;
    private static final long SAMPLE_NANOS = 400_000_000L;
    private static final int MACHINES = 2_000;

    private static final com.sun.management.OperatingSystemMXBean SYSTEM =
            (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** One text; those in the dialect of SourceOS have no peer. */
    private record Workload(String title, String expression, boolean dialect, List<Double> ours, List<Double> peer) {
        static Workload of(String title, String expression, boolean dialect) {
            return new Workload(title, expression, dialect, new ArrayList<>(), new ArrayList<>());
        }
    }

    private final SourceIo io = new HostFiles();
    private final PrintStream out;
    private final int rounds;
    private final Optional<String> nix;

    private EvalBench(PrintStream out, int rounds, Optional<String> nix) {
        this.out = out;
        this.rounds = rounds;
        this.nix = nix;
    }

    public static void main(String[] args) throws Exception {
        Path generated = Path.of(args[0]).toRealPath();
        Path texts = Path.of(args[1]).toRealPath();
        Files.writeString(generated.resolve("machines.nix"), Machines.text(MACHINES));
        List<Workload> all = List.of(
                Workload.of("fib 30", "import " + texts + "/fib.nix", false),
                Workload.of("foldl' over 1,000,000 elements", "import " + texts + "/fold.nix", false),
                Workload.of("500 options of a module system", "(import " + texts + "/configuration.nix).config", false),
                Workload.of("2,000 machines written out", "import " + generated + "/machines.nix", false),
                Workload.of("lists, sets and strings", "import " + texts + "/mixed.nix", false),
                Workload.of("system.source.nix", "import " + texts + "/system.source.nix", true),
                Workload.of("family.nix", "import " + texts + "/family.nix", true));
        Optional<String> nix = args.length > 3 ? Optional.of(args[3]) : Optional.empty();
        new EvalBench(System.out, Integer.parseInt(args[2]), nix).run(all);
    }

    private void run(List<Workload> all) throws Exception {
        for (Workload workload : all) {
            compareResults(workload);
            long end = System.nanoTime() + WARM_NANOS;
            while (System.nanoTime() < end) {
                json(workload);
            }
        }
        List<Double> start = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            if (nix.isPresent()) {
                start.add(peerMillis("1"));
            }
            for (Workload workload : all) {
                if (nix.isPresent() && !workload.dialect) {
                    workload.peer.add(peerMillis(workload.expression));
                }
                workload.ours.add(sampleMillis(workload));
            }
        }
        report(all, start);
    }

    private void report(List<Workload> all, List<Double> start) {
        if (nix.isEmpty()) {
            out.println("no nix-instantiate is installed: nothing to compare with (NIX_INSTANTIATE=/path names one)");
        } else {
            out.printf(Locale.ROOT, "%-40s %9s %9s %14s %14s%n", "warm, processor time", "ours", "nix", "ratio", "less start");
            out.printf(Locale.ROOT, "%-40s %9s %9.1f ms%n", "nix-instantiate -E 1 (its start)", "", median(start));
        }
        for (Workload workload : all) {
            double ours = median(workload.ours);
            if (workload.peer.isEmpty()) {
                out.printf(Locale.ROOT, "%-40s %9.2f ms%n", workload.title, ours);
                continue;
            }
            double peer = median(workload.peer);
            double less = peer - median(start);
            out.printf(
                    Locale.ROOT,
                    "%-40s %9.2f %9.1f ms %10.2f x %12.2f x%n",
                    workload.title,
                    ours,
                    peer,
                    ours / peer,
                    ours / less);
        }
    }

    private String json(Workload workload) throws ParseException, EvalException {
        EvalSettings settings = workload.dialect ? EvalSettings.sourceos() : EvalSettings.standard();
        Evaluator evaluator = new Evaluator(io, settings);
        return evaluator.json(evaluator.evalExpression("/", workload.expression), "/");
    }

    /** Milliseconds of processor time that one evaluation takes, of as many as make a sample worth taking. */
    private double sampleMillis(Workload workload) throws ParseException, EvalException {
        int count = 0;
        long from = SYSTEM.getProcessCpuTime();
        long end = System.nanoTime() + SAMPLE_NANOS;
        do {
            json(workload);
            count++;
        } while (System.nanoTime() < end);
        return (SYSTEM.getProcessCpuTime() - from) / 1e6 / count;
    }

    private double peerMillis(String expression) throws IOException, InterruptedException {
        // bash's keyword gives milliseconds; sh's `times` only hundredths of a second.
        String[] numbers = output(
                        "bash",
                        "-c",
                        "TIMEFORMAT='%3U %3S'; { time \"$@\" > /dev/null; } 2>&1",
                        "bash",
                        nix.orElseThrow(),
                        "--eval",
                        "--strict",
                        "--json",
                        "-E",
                        expression)
                .strip()
                .split(" ");
        return (Double.parseDouble(numbers[0]) + Double.parseDouble(numbers[1])) * 1000;
    }

    private void compareResults(Workload workload) throws Exception {
        String ours = json(workload);
        if (nix.isPresent() && !workload.dialect) {
            String peer = output(nix.orElseThrow(), "--eval", "--strict", "--json", "-E", workload.expression);
            if (!peer.strip().equals(ours)) {
                throw new IllegalStateException(workload.title + ": nix-instantiate gives another value");
            }
        }
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        process.getInputStream().transferTo(bytes);
        if (process.waitFor() != 0) {
            throw new IOException("failed: " + String.join(" ", command));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Two thousand machines as a program would write them out: some 660 KB of sets in sets. */
    private static final class Machines {
        static String text(int count) {
            StringBuilder text = new StringBuilder("{\n");
            for (int i = 0; i < count; i++) {
                text.append("  machine-").append(i).append(" = {\n");
                text.append("    hostName = \"machine-").append(i).append("\";\n");
                text.append("    address = \"10.").append(i / 250).append('.').append(i % 250).append(".1\";\n");
                text.append("    memory = ").append(1024 + i % 7 * 512).append("; # MiB\n");
                text.append("    kernel = { version = \"6.6\"; features = [ \"NET\" \"PREEMPT\" \"VFIO\" ]; };\n");
                text.append("    disks = [ { device = \"/dev/vda\"; size = ").append(10 + i % 90);
                text.append("; } { device = \"/dev/vdb\"; size = 100; } ];\n");
                text.append("    users.admin = { uid = ").append(1000 + i).append("; groups = [ \"wheel\" ]; };\n");
                text.append("    enable = ").append(i % 5 != 0).append(";\n");
                text.append("  };\n");
            }
            return text.append("}\n").toString();
        }
    }

    /** The files of this machine. */
    private static final class HostFiles implements SourceIo {
        @Override
        public byte[] read(String path) throws IOException {
            return Files.readAllBytes(Path.of(path));
        }

        @Override
        public Optional<FileType> type(String path) throws IOException {
            Path file = Path.of(path);
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return Optional.of(
                    found.isDirectory() ? FileType.DIRECTORY : found.isSymbolicLink() ? FileType.SYMLINK : FileType.REGULAR);
        }

        @Override
        public SortedMap<String, FileType> list(String path) {
            return new TreeMap<>();
        }

        @Override
        public String readLink(String path) throws IOException {
            return Files.readSymbolicLink(Path.of(path)).toString();
        }
    }
}
