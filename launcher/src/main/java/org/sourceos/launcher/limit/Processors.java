package org.sourceos.launcher.limit;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.qmp.QmpClient;

/** Threads of a QEMU on processors of the host. */
final class Processors {
    private static final Duration QMP_LIMIT = Duration.ofSeconds(20);
    private static final Duration TOOL_LIMIT = Duration.ofSeconds(10);
    private static final Path ONLINE = Path.of("/sys/devices/system/cpu/online");

    private final ProcessRunner processes;

    Processors(ProcessRunner processes) {
        this.processes = processes;
    }

    /** Fails where the host has no such processors. */
    static void check(String machine, List<Integer> wanted) throws LaunchException {
        String online;
        try {
            online = Files.readString(ONLINE).strip();
        } catch (IOException e) {
            // Whoever pins is told by the kernel.
            return;
        }
        List<Integer> there = ProcessorList.parse(online);
        for (int number : wanted) {
            if (!there.contains(number)) {
                throw new LaunchException("cannot start " + machine + ": cpu_pinning names processor " + number
                        + ", and this host has " + online + "; name processors that it has");
            }
        }
    }

    /** Each of the machine's processors on one of the host's, in turn. */
    void pin(long pid, QmpClient qmp, List<Integer> to) throws IOException {
        // Asked first: QEMU says good day before it has started its processors, and answers after that.
        JsonArray processors =
                qmp.execute("query-cpus-fast", new JsonObject(), QMP_LIMIT).getAsJsonArray();
        Map<Long, Long> threads = threads(pid);
        int i = 0;
        for (JsonElement processor : processors) {
            long known = processor.getAsJsonObject().get("thread-id").getAsLong();
            Long thread = threads.get(known);
            if (thread == null) {
                throw new IOException("QEMU's thread " + known + " is not to be found");
            }
            run(List.of("taskset", "-p", "-c", to.get(i++ % to.size()).toString(), thread.toString()));
        }
    }

    /** All threads of it weigh as much against others' as that nice value says. */
    void weigh(long pid, int nice) throws IOException {
        Set<Long> weighed = new HashSet<>();
        List<Long> found = new ArrayList<>(threads(pid).values());
        // One that was begun by another before that was weighed has its old weight, and is found the next time.
        while (weighed.addAll(found)) {
            List<String> command = new ArrayList<>(List.of("renice", "-n", Integer.toString(nice), "-p"));
            found.forEach(thread -> command.add(thread.toString()));
            run(command);
            found = new ArrayList<>(threads(pid).values());
            found.removeAll(weighed);
        }
    }

    private void run(List<String> command) throws IOException {
        ProcessResult result = processes.run(Command.of(command).withTimeout(TOOL_LIMIT), new Cancellation());
        if (!result.succeeded()) {
            throw new IOException(result.stderrTail().strip());
        }
    }

    /** By their numbers where QEMU is, which may have process numbers of its own. */
    private static Map<Long, Long> threads(long pid) throws IOException {
        Map<Long, Long> threads = new TreeMap<>();
        List<Long> all = new ArrayList<>(List.of(pid));
        ProcessHandle.of(pid).ifPresent(handle -> handle.descendants().forEach(child -> all.add(child.pid())));
        for (long process : all) {
            try (DirectoryStream<Path> tasks =
                    Files.newDirectoryStream(Path.of("/proc", Long.toString(process), "task"))) {
                for (Path task : tasks) {
                    threads.put(inside(task), Long.parseLong(task.getFileName().toString()));
                }
            }
        }
        return threads;
    }

    private static long inside(Path task) throws IOException {
        for (String line : Files.readAllLines(task.resolve("status"))) {
            if (line.startsWith("NSpid:")) {
                String[] numbers = line.strip().split("\\s+", -1);
                return Long.parseLong(numbers[numbers.length - 1]);
            }
        }
        return Long.parseLong(task.getFileName().toString());
    }
}
