package org.sourceos.rebuild.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.StoredLayer;
import org.sourceos.gitstore.tree.DirectoryTree;
import org.sourceos.gitstore.tree.FileTree;
import org.sourceos.gitstore.tree.OverlayTree;
import org.sourceos.gitstore.tree.Ownership;
import org.sourceos.host.Cancellation;
import org.sourceos.host.FileLock;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.progress.StepListener;
import org.sourceos.rebuild.sandbox.BuildLog;
import org.sourceos.rebuild.sandbox.SandboxLimits;
import org.sourceos.rebuild.sandbox.SandboxRoot;
import org.sourceos.rebuild.sandbox.SourceTree;
import org.sourceos.rebuild.sandbox.Workspace;

/** Builds one recipe from inputs that are all there: workspace, source, scripts, and the result as a layer in the store. */
public final class LayerBuild {
    private static final String LOCK = "lock";

    private final BuildCache cache;
    private final ProcessRunner runner;
    private final Path logs;

    /** @param logs where logs are kept, as {@code <name>-<key>.log} */
    public LayerBuild(BuildCache cache, ProcessRunner runner, Path logs) {
        this.cache = cache;
        this.runner = runner;
        this.logs = logs;
    }

    /** How one build is to be run. */
    public record Mode(boolean keepFailed, String logSuffix) {
        public static Mode normal(boolean keepFailed) {
            return new Mode(keepFailed, "");
        }
    }

    /**
     * @param step as the listener knows it
     * @throws RebuildException that names the recipe, the phase and the log
     */
    public BuildResult run(
            StepBuilder builder,
            BuildInputs inputs,
            String step,
            Mode mode,
            StepListener listener,
            Cancellation cancellation)
            throws RebuildException {
        String what = "cannot build " + inputs.of().name() + " " + inputs.version() + ": ";
        Path logFile = logs.resolve(inputs.of().name() + "-" + inputs.key().abbreviated() + mode.logSuffix() + ".log");
        try {
            Files.createDirectories(logs);
            SandboxLimits limits = SandboxLimits.of(
                    Duration.ofMinutes(inputs.of().spec().build().timeoutMinutes()),
                    inputs.of().spec().build().memoryMib());
            Path root = cache.checkout(inputs.root(), cancellation);
            Path files = cache.checkout(List.of(inputs.source().files()), cancellation);
            StoredLayer layer;
            String release;
            BuildLog log = new BuildLog(logFile, limits.logBytes(), line -> listener.output(step, line));
            try (log;
                    Place place = place(inputs, mode, cancellation);
                    Workspace workspace = Workspace.create(
                            runner, place.directory(), SandboxRoot.of(root), limits, log, cancellation)) {
                try {
                    SourceTree.prepare(
                            workspace,
                            inputs.source().kind(),
                            files,
                            inputs.of().patches(),
                            inputs.of().spec().build().rules().isPresent());
                    release = builder.build(inputs, workspace, cancellation);
                } catch (RebuildException e) {
                    String kept = "";
                    if (mode.keepFailed()) {
                        workspace.keep();
                        kept = "\nthe build tree is kept in " + place.directory() + "; remove it with rm -rf when done";
                    }
                    throw new RebuildException(e.kind(), what + e.getMessage() + kept, Optional.of(logFile), e);
                }
                FileTree out = new DirectoryTree(workspace.out(), Ownership.ALL_ROOT);
                layer = cache.ingest(
                        inputs.settings().isPresent()
                                ? new OverlayTree(List.of(
                                        out, cache.files(inputs.settings().get())))
                                : out,
                        cancellation);
            }
            return new BuildResult(layer, release, log.digest());
        } catch (StoreException e) {
            throw new RebuildException(RebuildException.Kind.STORE, what + e.getMessage(), e);
        } catch (IOException e) {
            throw new RebuildException(
                    RebuildException.Kind.STORE,
                    what + e + "; the store is in " + cache.directory() + ", logs are in " + logs,
                    e);
        }
    }

    private Place place(BuildInputs inputs, Mode mode, Cancellation cancellation) throws IOException {
        if (mode.keepFailed()) {
            Path kept = cache.directory()
                    .resolve("failed")
                    .resolve(inputs.of().name() + "-" + inputs.key().abbreviated() + mode.logSuffix());
            Workspace.remove(runner, kept);
            Files.createDirectories(kept);
            return new Place(kept, FileLock.acquire(kept.resolve(LOCK), cancellation, holder -> {}));
        }
        Path tmp = Files.createDirectories(cache.directory().resolve("tmp"));
        try (FileLock making = FileLock.acquire(tmp.resolveSibling("tmp.lock"), cancellation, holder -> {})) {
            Path directory =
                    Files.createTempDirectory(tmp, "build-" + inputs.of().name() + "-");
            return new Place(directory, FileLock.acquire(directory.resolve(LOCK), cancellation, holder -> {}));
        }
    }

    /**
     * Where a build takes place. In the store's {@code tmp/} the rule is that a folder whose {@code lock} nobody holds was
     * left by a process that died, and is removed by the next.
     */
    private record Place(Path directory, FileLock held) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            held.close();
        }
    }
}
