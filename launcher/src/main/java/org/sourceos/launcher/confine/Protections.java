package org.sourceos.launcher.confine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Command;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;

/**
 * How a running QEMU is confined, as the kernel says (proc_pid_status(5)), whatever was meant when it was started.
 *
 * @param user its user number
 * @param capabilities its effective ones, in hexadecimal
 * @param namespaces those that are not ours
 * @param rootFilesystem whether it has one of its own
 */
public record Protections(
        long user,
        String capabilities,
        boolean noNewPrivileges,
        boolean systemCallFilter,
        List<String> namespaces,
        boolean rootFilesystem) {
    private static final List<String> NAMESPACES = List.of("mnt", "pid", "net", "ipc", "uts", "user");

    public Protections {
        namespaces = List.copyOf(namespaces);
    }

    /** Empty when it has ended, or is somebody else's. */
    public static Optional<Protections> of(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        Path self = Path.of("/proc/self");
        try {
            Map<String, String> status = new LinkedHashMap<>();
            for (String line : Files.readAllLines(process.resolve("status"))) {
                int colon = line.indexOf(':');
                status.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
            List<String> other = new ArrayList<>();
            for (String name : NAMESPACES) {
                if (!link(process, name).equals(link(self, name))) {
                    other.add(name);
                }
            }
            return Optional.of(new Protections(
                    Long.parseLong(field(status, "Uid").split("\\s", 2)[0]),
                    field(status, "CapEff"),
                    field(status, "NoNewPrivs").equals("1"),
                    field(status, "Seccomp").equals("2"),
                    other,
                    !Files.isSameFile(process.resolve("root"), self.resolve("root"))));
        } catch (IOException | NumberFormatException | StringIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static Path link(Path process, String name) throws IOException {
        return Files.readSymbolicLink(process.resolve("ns").resolve(name));
    }

    private static String field(Map<String, String> status, String name) throws IOException {
        String value = status.get(name);
        if (value == null) {
            throw new IOException("this system does not tell a process's " + name);
        }
        return value;
    }

    /**
     * What of {@code namespaces}, {@code root} and {@code user} (a user of its own, for root's machines) is to be had on
     * this host: tried, not guessed.
     *
     * @return the lines of {@code confine --probe}, and behind them what it complained of
     */
    public static List<String> available(Confinement confinement, ProcessRunner processes, Cancellation cancellation)
            throws IOException {
        ProcessResult result = processes.run(
                Command.of(
                        confinement.program().orElseThrow().toString(),
                        "--probe",
                        "--uids",
                        Long.toString(confinement.firstUser())),
                cancellation);
        List<String> lines = new ArrayList<>(result.stdout().lines().toList());
        lines.addAll(result.stderrTail().lines().toList());
        return lines;
    }
}
