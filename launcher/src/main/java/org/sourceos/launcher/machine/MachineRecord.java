package org.sourceos.launcher.machine;

import java.time.Instant;
import java.util.Optional;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.launcher.guest.GuestChannel;
import org.sourceos.launcher.guest.Mark;

/**
 * What is written down of a machine: enough to find it again, and to start it again.
 *
 * @param since when it got into its state
 * @param bootId the host's boot it belongs to
 * @param process QEMU, where one was started
 * @param mark by which its guest knows us again
 * @param restarts since somebody started it
 * @param protocol the version its guest speaks
 * @param unwanted somebody has asked it to end, so that it is not started again
 */
record MachineRecord(
        String id,
        String name,
        MachineRequest request,
        Instant created,
        MachineState state,
        Instant since,
        String bootId,
        Optional<ProcessIdentity> process,
        Mark mark,
        int protocol,
        int restarts,
        boolean unwanted,
        Optional<MachineEnd> end) {

    MachineRecord starting(Mark newMark, Instant now) {
        return new MachineRecord(
                id,
                name,
                request,
                created,
                MachineState.STARTING,
                now,
                bootId,
                Optional.empty(),
                newMark,
                GuestChannel.PROTOCOL_VERSION,
                restarts,
                unwanted,
                end);
    }

    MachineRecord with(ProcessIdentity newProcess) {
        return new MachineRecord(
                id,
                name,
                request,
                created,
                state,
                since,
                bootId,
                Optional.of(newProcess),
                mark,
                protocol,
                restarts,
                unwanted,
                end);
    }

    MachineRecord in(MachineState newState, Instant now) {
        return new MachineRecord(
                id, name, request, created, newState, now, bootId, process, mark, protocol, restarts, unwanted, end);
    }

    MachineRecord restarted() {
        return new MachineRecord(
                id, name, request, created, state, since, bootId, process, mark, protocol, restarts + 1, unwanted, end);
    }

    MachineRecord notWanted() {
        return new MachineRecord(
                id, name, request, created, state, since, bootId, process, mark, protocol, restarts, true, end);
    }

    MachineRecord ended(MachineEnd newEnd, Instant now) {
        return new MachineRecord(
                id,
                name,
                request,
                created,
                MachineState.ENDED,
                now,
                bootId,
                Optional.empty(),
                mark,
                protocol,
                restarts,
                unwanted,
                Optional.of(newEnd));
    }
}
