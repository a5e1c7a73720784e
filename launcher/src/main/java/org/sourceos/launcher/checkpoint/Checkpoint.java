package org.sourceos.launcher.checkpoint;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.sourceos.gitstore.Digest;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.launcher.qemu.Accel;

/**
 * A machine that ran, saved at one moment: {@code checkpoint.json} of {@code refs/checkpoints/<name>}.
 *
 * @param name what it is called
 * @param tree its tree in the store
 * @param machine what the machine was called
 * @param usedBytes what its memory has besides zeros
 * @param newBytes what of that no checkpoint had before
 * @param memory see {@link org.sourceos.launcher.template.SparseRam}
 * @param disks SHA-256 of each disk file, or the name of a pack: the machine has parts of them in its memory
 * @param losses what it lost by being saved; empty when nothing
 * @param record see {@link Subject#record}
 */
public record Checkpoint(
        String name,
        ObjectName tree,
        String machine,
        String machineId,
        ImageManifest image,
        Instant madeAt,
        int memoryMib,
        long usedBytes,
        long newBytes,
        Digest memory,
        Digest state,
        long pauseMillis,
        QemuIdentity qemu,
        Accel accel,
        String processor,
        long tscKhz,
        List<String> disks,
        List<String> losses,
        String record) {
    public Checkpoint {
        disks = List.copyOf(disks);
        losses = List.copyOf(losses);
    }

    /** @param qemuHere the QEMU that would run it, where that is known */
    public Verdict verdict(Optional<QemuIdentity> qemuHere) {
        try {
            Optional<String> differs = new HostState(processor, tscKhz).differs(HostState.of(accel));
            if (differs.isPresent()) {
                return new Verdict(RestoreClass.REFUSED, differs.get());
            }
        } catch (IOException e) {
            return new Verdict(RestoreClass.REFUSED, "this host does not tell what it is: " + e.getMessage());
        }
        if (qemuHere.isPresent() && !qemuHere.get().equals(qemu)) {
            return new Verdict(RestoreClass.REFUSED, "it was saved by " + qemu + ", and this is " + qemuHere.get());
        }
        return losses.isEmpty()
                ? new Verdict(RestoreClass.SAFE, "")
                : new Verdict(RestoreClass.RESTART, String.join("; ", losses));
    }
}
