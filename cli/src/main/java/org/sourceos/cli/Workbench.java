package org.sourceos.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreException;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.Rebuild;
import org.sourceos.rebuild.apt.AptHost;
import org.sourceos.rebuild.apt.AptState;
import org.sourceos.rebuild.base.DebianBaseProvider;
import org.sourceos.rebuild.plan.Catalogue;
import org.sourceos.rebuild.plan.FileLockStore;
import org.sourceos.rebuild.plan.HostRelease;
import org.sourceos.rebuild.plan.LockStore;
import org.sourceos.rebuild.source.NetworkSettings;
import org.sourceos.rebuild.source.SourceFetchers;

/** What commands that look recipes up, build and run work with, put together for one call. */
public record Workbench(
        CommandContext context,
        Places places,
        BuildCache cache,
        Catalogue catalogue,
        LockStore lockStore,
        Rebuild rebuild)
        implements AutoCloseable {
    /** The only one that recipes, QEMU command lines and kernels are written for so far. */
    private static final String ARCHITECTURE = "x86_64";

    /** @param recipeFolder looked into before every other place; for a recipe named by its path */
    static Workbench of(CommandContext context, Places places, List<Path> recipeFolder)
            throws StoreException, UsageException {
        List<Path> packageFolders = new ArrayList<>(recipeFolder);
        packageFolders.add(places.config().resolve("packages"));
        Path lockFolder = Files.isDirectory(places.config()) ? places.config() : places.state();
        LockStore locks = new FileLockStore(
                lockFolder.resolve("sourceos.lock"), places.state().resolve("sourceos.lock.mutex"));
        return of(context, places, packageFolders, locks);
    }

    /**
     * For recipes and a lock that are somewhere else.
     *
     * @param packageFolders looked into, in this order, before the shipped recipes
     */
    public static Workbench of(CommandContext context, Places places, List<Path> packageFolders, LockStore locks)
            throws StoreException, UsageException {
        Catalogue catalogue = Catalogues.of(context, packageFolders);
        BuildCache cache = BuildCache.open(
                places.store(), context.knownStores(), KnownFilesChoice.of(context), context.cancellation());
        ProcessRunner processes = new ProcessRunner();
        AptState apt = AptState.ofAllSources(
                places.state().resolve("apt"), AptHost.ofThisMachine(), processes, context.clock());
        Rebuild rebuild = new Rebuild(
                cache,
                catalogue,
                new SourceFetchers(
                        cache,
                        apt,
                        NetworkSettings.fromEnvironment(context.environment()),
                        context.environment(),
                        processes,
                        context.clock()),
                new DebianBaseProvider(cache, apt, places.state().resolve("apt-bases"), processes, context.clock()),
                locks,
                new Rebuild.Machine(
                        hostRelease(), ARCHITECTURE, Runtime.getRuntime().availableProcessors(), places.state()),
                context.clock(),
                processes);
        return new Workbench(context, places, cache, catalogue, locks, rebuild);
    }

    static Workbench of(CommandContext context, Places places) throws StoreException, UsageException {
        return of(context, places, List.of());
    }

    /** Lets go of the store: its files, and what this command has in its {@code tmp}. */
    @Override
    public void close() {
        cache.close();
    }

    private static HostRelease hostRelease() {
        try {
            return HostRelease.parse(Files.readString(Path.of("/etc/os-release")));
        } catch (IOException e) {
            return HostRelease.parse("");
        }
    }
}
