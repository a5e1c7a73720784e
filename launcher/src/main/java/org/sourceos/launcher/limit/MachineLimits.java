package org.sourceos.launcher.limit;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.host.cgroup.ControlGroup;
import org.sourceos.host.cgroup.ControlGroups;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.limit.GroupSettings.Setting;
import org.sourceos.launcher.qemu.VmSpec;
import org.sourceos.launcher.qmp.QmpClient;

/**
 * One machine's limits, from before its start ({@link #check}) over the moment in which its QEMU begins ({@link #started}) and
 * the one in which that can be talked to ({@link #settle}) to its end ({@link #close}).
 */
public final class MachineLimits implements AutoCloseable {
    private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
    private static final int HUGE_PAGE_MIB = 2;
    private static final Duration QMP_LIMIT = Duration.ofSeconds(20);
    /** A step of nice(2) is a quarter more of the processor. */
    private static final double NICE_STEP = 1.25;

    private static final int USUAL_WEIGHT = 100;

    private final Limits limits;
    private final VmSpec spec;
    private final String name;
    private final LimitHost host;
    private @Nullable ControlGroup group;
    private @Nullable ProcessIdentity merged;
    /** What was started: QEMU, or what confines it; 0 before. */
    private long entered;

    /** @param name of its group, of letters, digits and hyphens; unique among the machines of this process */
    public MachineLimits(Limits limits, VmSpec spec, String name, LimitHost host) {
        this.limits = limits;
        this.spec = spec;
        this.name = name;
        this.host = host;
    }

    /** Fails where the host cannot give what the machine must have; tells once of limits that are not kept. */
    public void check() throws LaunchException {
        if (!limits.pinning().isEmpty()) {
            Processors.check(spec.name(), limits.pinning());
        }
        if (spec.memory().hugepages()) {
            checkHugePages();
        }
        Map<String, String> missing = missing();
        if (missing.isEmpty()) {
            return;
        }
        String what = String.join(", ", missing.keySet()) + ": " + String.join("; ", new TreeSet<>(missing.values()));
        if (limits.flag(Limits.REQUIRED)) {
            throw new LaunchException("cannot start " + spec.name() + ": this host cannot keep its limits " + what
                    + "; `sourceos doctor` says what is missing, and without `required` it starts");
        }
        host.notes()
                .accept(spec.name() + " runs without some of its limits, " + what
                        + " (sourceos doctor says what is missing)");
    }

    private void checkHugePages() throws LaunchException {
        long wanted = (spec.memoryMib() + HUGE_PAGE_MIB - 1) / HUGE_PAGE_MIB;
        long free;
        try {
            free = Long.parseLong(Files.readString(HUGE_PAGES).strip());
        } catch (IOException e) {
            throw new LaunchException(
                    "cannot start " + spec.name()
                            + ": its memory is to be huge pages, which this host's kernel does not"
                            + " have; take hugepages away",
                    e);
        }
        if (free < wanted) {
            throw new LaunchException("cannot start " + spec.name() + ": its memory takes " + wanted
                    + " huge pages of 2 MiB, and this host has " + free
                    + " free; reserve more, for instance as root: sysctl vm.nr_hugepages=" + wanted);
        }
    }

    /** Limits that the host has no controller for, each with what takes its place. */
    private Map<String, String> missing() {
        List<Setting> settings = settings();
        SortedSet<String> there = settings.isEmpty() ? new TreeSet<>() : controllers();
        Map<String, String> missing = new LinkedHashMap<>();
        for (Setting setting : settings) {
            if (!there.contains(setting.controller())) {
                missing.put(
                        setting.name(),
                        setting.name().equals(Limits.CPU_WEIGHT)
                                ? "no controller cpu of cgroup v2, nice takes the place of its weight"
                                : "no controller " + setting.controller() + " of cgroup v2");
            }
        }
        for (String bandwidth : List.of(Limits.IO_READ, Limits.IO_WRITE)) {
            if (limits.values().containsKey(bandwidth) && devices().isEmpty()) {
                missing.put(bandwidth, "its disks are in memory, or on a file system that has no one device");
            }
        }
        return missing;
    }

    private SortedSet<String> controllers() {
        return host.groups().get().map(ControlGroups::controllers).orElseGet(TreeSet::new);
    }

    /** Only where a bandwidth is limited are they of any use. */
    private List<String> devices() {
        boolean wanted =
                limits.values().containsKey(Limits.IO_READ) || limits.values().containsKey(Limits.IO_WRITE);
        return wanted ? BlockDevices.of(spec.disks()) : List.of();
    }

    private List<Setting> settings() {
        return GroupSettings.of(limits, devices());
    }

    /** As soon as there is a process, so that next to nothing of it is counted elsewhere. */
    public void started(long pid) throws LaunchException {
        entered = pid;
        List<Setting> settings = settings();
        List<String> refused = new ArrayList<>();
        Optional<ControlGroups> groups =
                settings.isEmpty() ? Optional.empty() : host.groups().get();
        if (groups.isPresent()) {
            try {
                enter(groups.get(), pid, settings, refused);
            } catch (IOException e) {
                refused.add("no control group: " + e.getMessage());
            }
        }
        weighOtherwise(pid, refused);
        if (!refused.isEmpty()) {
            String what = spec.name() + " runs without some of its limits: " + String.join("; ", refused);
            if (limits.flag(Limits.REQUIRED)) {
                throw new LaunchException("cannot start " + spec.name() + ": this host cannot keep its limits: "
                        + String.join("; ", refused) + "; without `required` it starts");
            }
            host.notes().accept(what);
        }
    }

    private void enter(ControlGroups groups, long pid, List<Setting> settings, List<String> refused)
            throws IOException {
        groups.sweep();
        SortedSet<String> promised = groups.controllers();
        ControlGroup made = groups.make(name);
        group = made;
        SortedSet<String> controllers = made.controllers();
        for (Setting setting : settings) {
            if (controllers.contains(setting.controller())) {
                try {
                    made.set(setting.file(), setting.value());
                } catch (NoSuchFileException e) {
                    refused.add(setting.name() + ": this host's kernel has no " + setting.file());
                } catch (IOException e) {
                    refused.add(setting.name() + ": " + e.getMessage());
                }
            } else if (promised.contains(setting.controller())) {
                refused.add(setting.name() + ": the host does not hand on the controller " + setting.controller());
            }
        }
        made.enter(pid);
    }

    private void weighOtherwise(long pid, List<String> refused) {
        if (limits.number(Limits.CPU_WEIGHT).isEmpty() || controllers().contains("cpu")) {
            return;
        }
        try {
            new Processors(host.processes())
                    .weigh(pid, nice(limits.number(Limits.CPU_WEIGHT).getAsInt()));
        } catch (IOException e) {
            refused.add(Limits.CPU_WEIGHT + ": " + e.getMessage());
        }
    }

    static int nice(int weight) {
        long steps = Math.round(-Math.log(weight / (double) USUAL_WEIGHT) / Math.log(NICE_STEP));
        return (int) Math.max(-20, Math.min(19, steps));
    }

    /** Whether {@link #settle} has anything to say to QEMU. */
    public boolean needQemu() {
        return !limits.pinning().isEmpty() || limits.trustDomain().isPresent();
    }

    /** When QEMU answers: what only it can do, and the rest for one that was started before its use. */
    public void settle(long pid, QmpClient qmp) throws LaunchException {
        if (entered == 0) {
            // It waited for its use.
            started(pid);
        }
        try {
            if (!limits.pinning().isEmpty()) {
                new Processors(host.processes()).pin(pid, qmp, limits.pinning());
            }
        } catch (IOException e) {
            throw new LaunchException(
                    "cannot give " + spec.name() + " the processors of its cpu_pinning: " + e.getMessage(), e);
        }
        if (limits.trustDomain().isPresent()) {
            merge(limits.trustDomain().get(), pid, qmp);
        }
    }

    private void merge(String domain, long pid, QmpClient qmp) {
        Optional<String> why;
        try {
            Optional<ProcessIdentity> process = ProcessIdentity.of(pid);
            if (process.isEmpty()) {
                return;
            }
            why = host.merging().join(domain, process.get());
            if (why.isEmpty()) {
                merged = process.get();
                mergeable(qmp);
            }
        } catch (IOException e) {
            why = Optional.of(String.valueOf(e.getMessage()));
        }
        why.ifPresent(reason -> host.notes().accept("the memory of " + spec.name() + " is not merged: " + reason));
    }

    /** Has QEMU tell the kernel of all its memory; it says of none at its start. */
    private static void mergeable(QmpClient qmp) throws IOException {
        JsonObject objects = new JsonObject();
        objects.addProperty("path", "/objects");
        for (JsonElement object : qmp.execute("qom-list", objects, QMP_LIMIT).getAsJsonArray()) {
            String type = object.getAsJsonObject().get("type").getAsString();
            if (type.startsWith("child<memory-backend-")) {
                JsonObject arguments = new JsonObject();
                arguments.addProperty(
                        "path",
                        "/objects/" + object.getAsJsonObject().get("name").getAsString());
                arguments.addProperty("property", "merge");
                arguments.addProperty("value", true);
                qmp.execute("qom-set", arguments, QMP_LIMIT);
            }
        }
    }

    /** After the end of one whose limits somebody else has set, perhaps before our time. */
    public static void removeLeft(String name, Optional<ProcessIdentity> process, LimitHost host) {
        try {
            Optional<ControlGroups> groups = host.groups().get();
            if (groups.isPresent()) {
                groups.get().remove(name);
            }
            if (process.isPresent()) {
                host.merging().leave(process.get());
            }
        } catch (IOException | DirectoryIteratorException e) {
            // An empty group is swept by the next machine that is limited.
        }
    }

    /** When it has ended, however it did; whatever is left of it in its group ends too. */
    @Override
    public void close() {
        try {
            if (group != null) {
                group.remove();
            }
            if (merged != null) {
                host.merging().leave(merged);
            }
        } catch (IOException e) {
            // The next machine that is limited removes what is left.
        }
    }
}
