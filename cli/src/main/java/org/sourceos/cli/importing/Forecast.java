package org.sourceos.cli.importing;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.cli.Workbench;
import org.sourceos.host.Directories;
import org.sourceos.importer.plan.PackageIndex;
import org.sourceos.importer.plan.SourcePlan;
import org.sourceos.rebuild.Rebuild;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.build.Durations;
import org.sourceos.rebuild.plan.FileLockStore;
import org.sourceos.rebuild.plan.PlannedStep;
import org.sourceos.rebuild.plan.Request;

/**
 * What several conversions take on this computer: less where the store has something already or where a build was measured,
 * more where a kernel is missing.
 *
 * @param built names of programs that are in the store
 * @param measured of the others, how many were built before, so that it is known how long that takes
 * @param kernels features of each kernel that has to be built first
 * @param time of one after the other, without the kernels
 * @param disk bytes, at most: packages that several builds need are counted for each
 */
record Forecast(
        SortedSet<String> built,
        int measured,
        List<String> kernels,
        Duration kernelTime,
        Duration time,
        long download,
        long disk) {
    private static final String LOCK = "sourceos.lock";
    private static final Duration KERNEL = Duration.ofMinutes(20);

    /** Reads what the store has, without the network. */
    static Forecast of(CommandContext context, Places places, PackageIndex index, List<PreparedConversion> all)
            throws Exception {
        SortedSet<String> built = new TreeSet<>();
        List<String> kernels = new ArrayList<>();
        for (PlannedStep step : steps(context, places, all)) {
            if (step instanceof PlannedStep.BuildPackage build && build.state() == PlannedStep.State.REUSED) {
                built.add(build.of().name());
            } else if (step instanceof PlannedStep.BuildKernel kernel && kernel.state() == PlannedStep.State.TO_DO) {
                kernels.add(String.join(" ", kernel.resolution().kernelFeatures()));
            }
        }
        Durations durations = new Durations(places.state().resolve("durations.json"));
        Duration time = Duration.ZERO;
        int measured = 0;
        long download = 0;
        long mebibytes = 0;
        for (PreparedConversion one : all) {
            String name = one.conversion().name();
            if (built.contains(name)) {
                continue;
            }
            SourcePlan.Estimate guess = SourcePlan.of(
                            index, List.of(name), SourcePlan.Extent.NAMED, context.cancellation())
                    .estimate();
            Optional<Duration> before = durations.took("build " + name);
            measured += before.isPresent() ? 1 : 0;
            time = time.plus(before.map(known ->
                            known.plus(durations.took("packages for " + name).orElse(Duration.ZERO)))
                    .orElse(guess.time()));
            download += guess.download();
            mebibytes += one.mebibytes();
        }
        Duration kernelTime = Duration.ZERO;
        for (String features : kernels) {
            String any = "kernel " + Rebuild.KERNEL;
            kernelTime = kernelTime.plus(durations
                    .took((any + " " + features).strip())
                    .or(() -> durations.took(any))
                    .orElse(KERNEL));
        }
        return new Forecast(built, measured, kernels, kernelTime, time, download, mebibytes << 20);
    }

    private static List<PlannedStep> steps(CommandContext context, Places places, List<PreparedConversion> all)
            throws Exception {
        Path folder = Files.createTempDirectory("sourceos-convert-");
        try {
            for (PreparedConversion one : all) {
                Files.writeString(folder.resolve(one.conversion().name() + ".source.toml"), one.recipe());
            }
            Path lock = places.config().resolve(LOCK);
            FileLockStore locks = new FileLockStore(
                    Files.exists(lock) ? lock : places.state().resolve(LOCK),
                    places.state().resolve(LOCK + ".mutex"));
            List<Request> requests = all.stream()
                    .map(one -> new Request(one.conversion().name(), new TreeSet<>()))
                    .toList();
            List<Path> folders = List.of(folder, places.config().resolve("packages"));
            try (Workbench workbench = Workbench.of(context, places, folders, locks)) {
                return workbench.rebuild().plan(requests).steps();
            } catch (RebuildException e) {
                // A recipe that cannot be used fails when its turn comes, and not all of them now.
                return List.of();
            }
        } finally {
            Directories.remove(folder);
        }
    }

    String text(int of) {
        StringBuilder text = new StringBuilder();
        if (!built.isEmpty()) {
            text.append(built.size()).append(" of ").append(of).append(" are built already\n");
        }
        if (built.size() < of) {
            text.append("Roughly ")
                    .append(SourcePlanReport.hours(time))
                    .append(" one after the other, ")
                    .append(download >> 20)
                    .append(" MiB of sources to fetch, at most ")
                    .append(disk >> 20)
                    .append(" MiB of disk with what they are built with; ")
                    .append(measured)
                    .append(" of the builds were measured here before\n");
        }
        for (String features : kernels) {
            text.append("Before that a kernel")
                    .append(features.isEmpty() ? "" : " with " + features)
                    .append(", once: roughly ")
                    .append(SourcePlanReport.hours(kernelTime.dividedBy(kernels.size())))
                    .append(" more\n");
        }
        return text.toString();
    }

    /** @param build what is said of the plan, whose estimates do not know this computer */
    void addTo(JsonObject build) {
        JsonArray names = new JsonArray();
        built.forEach(names::add);
        build.add("built", names);
        JsonArray missing = new JsonArray();
        kernels.forEach(missing::add);
        build.add("kernels", missing);
        build.addProperty("measured", measured);
        build.addProperty("download_bytes", download);
        build.addProperty("disk_bytes", disk);
        build.addProperty("seconds", time.plus(kernelTime).toSeconds());
    }
}
