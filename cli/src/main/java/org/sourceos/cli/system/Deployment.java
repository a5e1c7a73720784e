package org.sourceos.cli.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.Workbench;
import org.sourceos.cli.progress.Progress;
import org.sourceos.config.ConfigException;
import org.sourceos.config.lock.LockFile;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.gitstore.generation.Generations;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.Rebuild;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.plan.BuildPlan;
import org.sourceos.rebuild.plan.CommittedLock;
import org.sourceos.rebuild.plan.FileLockStore;
import org.sourceos.rebuild.plan.KernelRequest;
import org.sourceos.rebuild.plan.LockStore;
import org.sourceos.rebuild.system.FailedCommits;
import org.sourceos.rebuild.system.Profile;
import org.sourceos.rebuild.system.Switcher;
import org.sourceos.rebuild.system.SystemBuilder;
import org.sourceos.rebuild.system.SystemKernel;
import org.sourceos.rebuild.system.SystemMachine;
import org.sourceos.rebuild.system.WantedProgram;

/** What the commands of {@code sourceos-rebuild} work with: the configuration, the store, the generations. */
final class Deployment implements AutoCloseable {
    private static final String LOCK = "sourceos.lock";

    private final CommandContext context;
    private final Places places;
    private final BuildCache cache;
    private final Generations generations;
    private final Profile profile;
    private final SystemMachines machines;
    private final Switcher switcher;
    private final Consumer<String> log;

    private Deployment(CommandContext context, Places places, BuildCache cache, Consumer<String> log) {
        this.log = log;
        this.context = context;
        this.places = places;
        this.cache = cache;
        this.generations = new Generations(cache);
        this.profile = new Profile(places.state(), context.library().resolve("sourceos"));
        this.machines = new SystemMachines(context, places, cache);
        this.switcher = new Switcher(generations, profile, machines, places.state(), context.clock());
    }

    /** Finishes first what an earlier switch left, and says so if it was taken back. */
    static Deployment open(CommandContext context, Places places) throws StoreException, RebuildException {
        return open(context, places, line -> context.err().println("sourceos: " + line));
    }

    static Deployment open(CommandContext context, Places places, Consumer<String> log)
            throws StoreException, RebuildException {
        Deployment deployment = new Deployment(
                context, places, BuildCache.open(places.store(), context.knownStores(), context.cancellation()), log);
        try {
            deployment
                    .switcher
                    .recover(context.cancellation())
                    .ifPresent(waited -> log.accept("nobody confirmed generation " + waited.to() + " in time: "
                            + waited.from().map(from -> "generation " + from).orElse("none") + " counts again"));
            return deployment;
        } catch (RebuildException | RuntimeException e) {
            deployment.close();
            throw e;
        }
    }

    BuildCache cache() {
        return cache;
    }

    Generations generations() {
        return generations;
    }

    Switcher switcher() {
        return switcher;
    }

    /** Those that run as long as the generation is active that has them. */
    SystemMachines machines() {
        return machines;
    }

    FailedCommits failedCommits() {
        return new FailedCommits(places.state());
    }

    Profile profile() {
        return profile;
    }

    ConfigRepository repository() throws StoreException {
        return ConfigRepository.open(
                places.config(), context.environment(), new ProcessRunner(), context.cancellation());
    }

    /** Empty where the configuration is a folder that git knows nothing of. */
    Optional<ConfigRepository> repositoryIfAny() {
        try {
            return Optional.of(repository());
        } catch (StoreException e) {
            return Optional.empty();
        }
    }

    Path exports() {
        return exports(places);
    }

    /** Where copies of commits are, each a folder that is named by the commit. */
    static Path exports(Places places) {
        return places.state().resolve("configurations");
    }

    /** What would be done for a configuration. */
    List<BuildPlan> plan(EvaluatedSystem system)
            throws StoreException, RebuildException, IOException, ConfigException, UsageException {
        try (Workbench workbench = workbench(system, lock(system))) {
            return new SystemBuilder(workbench.rebuild(), cache, system.source().folder(), context.clock())
                    .plan(system.programs());
        }
    }

    /** Builds everything a configuration wants and records it as a generation, which does not count yet. */
    Generation build(EvaluatedSystem system, Rebuild.Options options, Progress progress)
            throws StoreException, RebuildException, IOException, ConfigException, UsageException {
        LockStore locks = lock(system);
        try (Workbench workbench = workbench(system, locks)) {
            SystemBuilder builder = new SystemBuilder(
                    workbench.rebuild(), cache, system.source().folder(), context.clock());
            Map<SystemBuilder.Variant, ImageManifest> images =
                    builder.build(system.programs(), options, progress.listener(), context.cancellation());
            Generation made = builder.record(system.source().made(), system.values(), system.programs(), images);
            Exports.prune(exports(), context.clock().instant());
            return made;
        }
    }

    /** What is done with a kernel while its file is there for certain. */
    @FunctionalInterface
    interface KernelUse<T> {
        T use(Rebuild.BuiltKernel kernel, Path file);
    }

    /** Builds a kernel that firmware can start. */
    <T> T kernel(
            EvaluatedSystem system, KernelRequest request, Rebuild.Options options, Progress progress, KernelUse<T> use)
            throws StoreException, RebuildException, IOException, ConfigException, UsageException {
        try (Workbench workbench = workbench(system, lock(system))) {
            Rebuild.BuiltKernel kernel =
                    workbench.rebuild().kernel(request, options, progress.listener(), context.cancellation());
            return use.use(kernel, cache.file(kernel.layer(), "bzImage", context.cancellation()));
        }
    }

    /** What a machine of a whole configuration is started from, in the store. */
    record MachineFiles(SystemMachine machine, Path kernel, List<Path> disks) {}

    /** Builds a configuration as one machine. */
    MachineFiles machine(EvaluatedSystem system, Rebuild.Options options, Progress progress)
            throws StoreException, RebuildException, IOException, ConfigException, UsageException {
        try (Workbench workbench = workbench(system, lock(system))) {
            List<WantedProgram> programs = SystemMachine.programs(system.programs());
            Map<SystemBuilder.Variant, ImageManifest> images = new SystemBuilder(
                            workbench.rebuild(), cache, system.source().folder(), context.clock())
                    .build(programs, options, progress.listener(), context.cancellation());
            SystemMachine machine =
                    SystemMachine.assemble(system.values(), programs, images, cache, context.cancellation());
            KernelRequest request = SystemKernel.of(
                            system.values(), system.source().folder())
                    .map(SystemKernel::kernel)
                    .orElse(KernelRequest.of(machine.kernelFeatures()));
            Rebuild.BuiltKernel kernel =
                    workbench.rebuild().kernel(request, options, progress.listener(), context.cancellation());
            List<Path> disks = new ArrayList<>();
            for (StoredLayer layer : machine.layers()) {
                disks.add(cache.erofsImage(layer, context.cancellation()));
            }
            return new MachineFiles(
                    machine, cache.file(kernel.layer(), "vmlinux", context.cancellation()), List.copyOf(disks));
        }
    }

    private Workbench workbench(EvaluatedSystem system, LockStore locks) throws StoreException, UsageException {
        return Workbench.of(context, places, List.of(system.source().folder().resolve("packages")), locks);
    }

    /** Of a commit, its own lock, with this machine's behind it; of a folder, the folder's. */
    private LockStore lock(EvaluatedSystem system) throws IOException, ConfigException {
        Path mutex = places.state().resolve("sourceos.lock.mutex");
        Path file = system.source().folder().resolve(LOCK);
        if (system.source().made().commit().isEmpty()) {
            return new FileLockStore(file, mutex);
        }
        LockFile committed = Files.exists(file)
                ? LockFile.parse(system.source().shown().resolve(LOCK).toString(), Files.readString(file))
                : LockFile.empty();
        return new CommittedLock(committed, new FileLockStore(places.state().resolve(LOCK), mutex));
    }

    /** Says what of the user's it has moved out of the way. */
    @Override
    public void close() {
        for (Path kept : profile.setAside()) {
            log.accept("what was there had been changed by hand, and is kept as " + kept);
        }
        cache.close();
    }
}
