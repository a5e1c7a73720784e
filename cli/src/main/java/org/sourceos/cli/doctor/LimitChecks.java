package org.sourceos.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.sourceos.cli.User;
import org.sourceos.host.cgroup.ControlGroups;

/** What limits of machines the host can keep, and what it does with equal pages. */
final class LimitChecks {
    private static final Path MERGING = Path.of("/sys/kernel/mm/ksm");
    private static final Path HUGE = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB");

    private LimitChecks() {}

    static List<Finding> all() {
        return List.of(groups(ControlGroups.ofHost()), merging(), hugePages());
    }

    static Finding groups(Optional<ControlGroups> found) {
        if (found.isEmpty()) {
            return Finding.limited(
                    "limits",
                    "no control group (cgroup v2) that this user may divide: of a machine's limits only cpu_weight is kept, as"
                            + " nice",
                    User.isRoot()
                            ? "mount cgroup2 at /sys/fs/cgroup; in a container, give it a cgroup of its own"
                            : "run the service under the user's systemd: systemctl --user enable --now sourceos.socket");
        }
        SortedSet<String> there = found.get().controllers();
        List<String> missing = new ArrayList<>(ControlGroups.CONTROLLERS);
        missing.removeAll(there);
        String place = found.get().home().toString();
        return missing.isEmpty()
                ? Finding.usable("limits", "cgroup v2 with " + String.join(", ", there) + " in " + place)
                : Finding.limited(
                        "limits",
                        "cgroup v2 in " + place + " lacks the controllers " + String.join(", ", missing)
                                + (missing.contains("cpu") ? "; cpu_weight is kept as nice" : ""),
                        User.isRoot()
                                ? "boot with systemd.unified_cgroup_hierarchy=1, which takes them from version 1"
                                : "as root, in a drop-in of user@.service: Delegate=cpu io memory pids");
    }

    private static Finding merging() {
        try {
            String run = Files.readString(MERGING.resolve("run")).strip();
            return Finding.usable(
                    "page merging",
                    run.equals("1")
                            ? "on (KSM); our machines take part only with system.memory.dedup, others' QEMU by default"
                            : "off (KSM); switched on when system.memory.dedup asks for it");
        } catch (IOException e) {
            return Finding.usable("page merging", "the kernel has none (CONFIG_KSM)");
        }
    }

    private static Finding hugePages() {
        try {
            return Finding.usable(
                    "huge pages",
                    Files.readString(HUGE.resolve("free_hugepages")).strip() + " free of "
                            + Files.readString(HUGE.resolve("nr_hugepages")).strip() + " reserved (2 MiB each)");
        } catch (IOException e) {
            return Finding.usable("huge pages", "the kernel has none of 2 MiB");
        }
    }
}
