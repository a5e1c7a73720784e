import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.sourceos.host.ProcessRunner;
import org.sourceos.host.cgroup.ControlGroups;
import org.sourceos.launcher.limit.LimitHost;
import org.sourceos.launcher.limit.Limits;
import org.sourceos.launcher.limit.MachineLimits;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.Network;
import org.sourceos.launcher.qemu.RootMode;
import org.sourceos.launcher.qemu.VmSpec;

/**
 * Shows on a host with cgroup v2, or in a machine whose kernel has the feature CGROUPS, that limits limit: run as root, with
 * the program's jar as class path. Each line is what was asked, and what the kernel says came of it.
 */
public final class LimitsProof {
    private LimitsProof() {}

    public static void main(String[] args) throws Exception {
        ControlGroups groups = ControlGroups.ofHost().orElseThrow();
        System.out.println("groups in " + groups.home() + ", controllers " + groups.controllers());
        List<String> notes = new ArrayList<>();
        LimitHost here = LimitHost.ofHost(new ProcessRunner(), notes::add);
        TreeMap<String, String> wanted = new TreeMap<>();
        wanted.put("memory_max", "32");
        wanted.put("memory_high", "30");
        wanted.put("cpu_weight", "50");
        wanted.put("cpu_quota", "30");
        wanted.put("pids", "8");
        wanted.put("io_weight", "50");
        VmSpec spec = new VmSpec("proof", Path.of("/k"), Path.of("/i"), List.of(), RootMode.READONLY, 64, 1,
                new Network.None(), List.of(), Accel.TCG, 0);
        for (String[] act : new String[][] {
            {"cpu", "i=0; while :; do i=$((i+1)); done"},
            {"pids", "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 60 & done; sleep 60"},
            {"memory", "head -c 100m /dev/zero | tail"}
        }) {
            TreeMap<String, String> limits = new TreeMap<>(wanted);
            if (act[0].equals("memory")) {
                // What is over it waits for memory to come back, and there is none to come.
                limits.remove("memory_high");
            }
            try (MachineLimits machine = new MachineLimits(Limits.of(limits), spec, act[0], here)) {
                machine.check();
                Process process = new ProcessBuilder("/bin/sh", "-c", "sleep 1; " + act[1])
                        .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
                machine.started(process.pid());
                Path folder = groups.home().resolve(groups.names().get(0));
                if (act[0].equals("cpu")) {
                    for (String file : List.of("memory.max", "memory.high", "cpu.weight", "cpu.max", "pids.max")) {
                        System.out.println(file + " = " + Files.readString(folder.resolve(file)).strip());
                    }
                    Thread.sleep(3000);
                    long before = usage(folder);
                    Thread.sleep(8000);
                    System.out.println("busy loop with a quota of 30 %: " + (usage(folder) - before) / 80_000 + " %, "
                            + line(folder, "cpu.stat", "nr_throttled"));
                } else if (act[0].equals("pids")) {
                    Thread.sleep(6000);
                    System.out.println("12 processes where 8 may be: pids.current " + Files.readString(folder.resolve("pids.current")).strip()
                            + ", pids.events " + Files.readString(folder.resolve("pids.events")).strip());
                } else {
                    process.waitFor();
                    System.out.println("100 MB where 32 may be: ended with " + process.exitValue() + ", "
                            + line(folder, "memory.events", "oom_kill"));
                }
            }
            System.out.println("left after " + act[0] + ": " + groups.names());
        }
        System.out.println("notes: " + notes);
    }

    private static long usage(Path folder) throws Exception {
        return Long.parseLong(line(folder, "cpu.stat", "usage_usec").split(" ")[1]);
    }

    private static String line(Path folder, String file, String name) throws Exception {
        return Files.readAllLines(folder.resolve(file)).stream().filter(line -> line.startsWith(name + " ")).findFirst().orElse(name + " ?");
    }
}
