package org.sourceos.launcher.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.sourceos.gitstore.Digest;
import org.sourceos.launcher.qemu.Accel;
import org.sourceos.launcher.qemu.TscFrequency;

/**
 * What of this host goes into a machine's state.
 *
 * @param processor under KVM the digest of the processor's description and the kernel's release; else empty
 * @param tscKhz the frequency of the counter by which guests tell the time; 0 when unknown
 */
record HostState(String processor, long tscKhz) {
    /** Linux measures the counter anew at each boot. */
    private static final double TOLERANCE = 0.01;

    static HostState of(Accel accel) throws IOException {
        return new HostState(accel == Accel.KVM ? describeProcessor() : "", TscFrequency.ofHost());
    }

    private static String describeProcessor() throws IOException {
        StringBuilder text = new StringBuilder(Files.readString(Path.of("/proc/sys/kernel/osrelease")));
        for (String line : Files.readString(Path.of("/proc/cpuinfo")).lines().toList()) {
            if (line.isEmpty()) {
                break;
            }
            if (!line.startsWith("cpu MHz")) {
                text.append(line).append('\n');
            }
        }
        return Digest.of(text.toString()).hex();
    }

    /** Why what was saved there cannot go on here. */
    Optional<String> differs(HostState here) {
        if (!processor.equals(here.processor)) {
            return Optional.of("it ran on another processor, or under another kernel of the host");
        }
        if (tscKhz > 0 && Math.abs(here.tscKhz - tscKhz) > tscKhz * TOLERANCE) {
            return Optional.of("its clock runs with a counter of " + tscKhz / 1000 + " MHz, this host's has "
                    + here.tscKhz / 1000 + " MHz");
        }
        return Optional.empty();
    }
}
