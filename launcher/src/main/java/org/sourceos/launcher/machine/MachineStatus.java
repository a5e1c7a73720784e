package org.sourceos.launcher.machine;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.launcher.confine.Protections;
import org.sourceos.launcher.qemu.Network;

/**
 * A machine as it stands.
 *
 * @param owner see {@link MachineRequest#owner}
 * @param program its program and arguments
 * @param since when it got into its state
 * @param pid of its QEMU, while that runs
 * @param end how it ended the last time, if it did
 * @param ports as {@code -p} takes them
 * @param limits what is said of its share of the host ({@link org.sourceos.launcher.limit.Limits})
 * @param log its file; {@code log.1} beside it is what came before
 */
public record MachineStatus(
        String id,
        String name,
        String owner,
        String image,
        String version,
        List<String> program,
        MachineState state,
        Instant since,
        Instant created,
        Optional<Long> pid,
        Optional<MachineEnd> end,
        RestartPolicy restart,
        int restarts,
        String network,
        List<String> ports,
        boolean terminal,
        SortedMap<String, String> limits,
        Path log) {
    /** From what is written down and whether QEMU runs, which the record may not know yet. */
    static MachineStatus of(MachineRecord record, MachineFolders folders) {
        MachineRequest request = record.request();
        boolean alive = record.process().filter(ProcessIdentity::isAlive).isPresent();
        boolean gone = (record.state() == MachineState.RUNNING || record.state() == MachineState.PAUSED) && !alive;
        Network network = request.spec().network();
        return new MachineStatus(
                record.id(),
                record.name(),
                request.owner(),
                request.image().name(),
                request.image().version(),
                request.program().arguments(),
                gone ? MachineState.ENDED : record.state(),
                record.since(),
                record.created(),
                alive ? record.process().map(ProcessIdentity::pid) : Optional.empty(),
                gone ? Optional.of(Ends.unseen(record.name())) : record.end(),
                request.restart(),
                record.restarts(),
                MachineJson.networkName(network),
                network instanceof Network.User user
                        ? user.forwards().stream().map(Object::toString).toList()
                        : List.of(),
                request.terminal().isPresent(),
                request.limits().values(),
                folders.log(record.id()));
    }

    /** Whether there is a QEMU, or will be again by itself. */
    public boolean isLive() {
        return state != MachineState.ENDED;
    }

    /** What it takes of the host now. */
    public Optional<MachineUsage> usage() {
        return pid.flatMap(MachineUsage::of);
    }

    /** How its QEMU is confined. */
    public Optional<Protections> protections() {
        return pid.flatMap(Protections::of);
    }
}
