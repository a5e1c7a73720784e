package org.sourceos.cli.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.closure.ClosureParts;
import org.sourceos.gitstore.closure.TransferRepository;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.gitstore.config.HookFiles;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.hooks.server.Closures;
import org.sourceos.host.Directories;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.system.Switcher;

/**
 * Makes the repositories that closures are received in, one for each command of git: they list what the store has, and what
 * counts here. What is in them is nothing to anybody before {@link ClosureHook} has checked it and taken it over.
 */
final class ClosureStaging implements Closures {
    /** Given to the hooks: the repository that the closure is of. */
    static final String SERVED = "SOURCEOS_CLOSURE_OF";

    private static final String DEPLOYED = "refs/deployed/";

    /** Longer than any push. What a server that was killed has left is removed after it. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    private final CommandContext context;
    private final Places places;
    private final ConfigRepository repository;
    private final Path program;
    private final Consumer<String> log;

    /** @param program what hooks call */
    ClosureStaging(
            CommandContext context, Places places, ConfigRepository repository, Path program, Consumer<String> log) {
        this.context = context;
        this.places = places;
        this.repository = repository;
        this.program = program;
        this.log = log;
    }

    private record Prepared(Deployment deployment, Path directory, Map<String, String> environment) implements Staging {
        @Override
        public void close() {
            try {
                Directories.remove(directory);
            } catch (IOException e) {
                // It is removed a day later, by the next.
            }
            deployment.close();
        }
    }

    @Override
    public Staging begin() throws IOException {
        Path all = Files.createDirectories(places.state().resolve("serve/incoming"));
        removeAbandoned(all);
        Path folder = Files.createTempDirectory(all, "");
        try {
            // Open until git has ended: what it was told to be here must stay.
            Deployment deployment = Deployment.open(context, places, log);
            try {
                prepare(folder, deployment);
                return new Prepared(
                        deployment,
                        folder,
                        Map.of(SERVED, repository.gitDirectory().toString()));
            } catch (IOException | StoreException | RebuildException | RuntimeException e) {
                deployment.close();
                throw e;
            }
        } catch (StoreException | RebuildException e) {
            Directories.remove(folder);
            throw new IOException(e.getMessage(), e);
        }
    }

    private void removeAbandoned(Path all) throws IOException {
        Instant old = context.clock().instant().minus(ABANDONED);
        try (Stream<Path> folders = Files.list(all)) {
            for (Path folder : folders.toList()) {
                try {
                    if (Files.getLastModifiedTime(folder).toInstant().isBefore(old)) {
                        Directories.remove(folder);
                    }
                } catch (NoSuchFileException e) {
                    // Its own command was quicker.
                }
            }
        }
    }

    private void prepare(Path folder, Deployment deployment) throws IOException, StoreException, RebuildException {
        TransferRepository staging = TransferRepository.begin(
                folder,
                List.of(
                        places.store().resolve(".git/objects"),
                        repository.gitDirectory().resolve("objects")));
        Optional<Generation> current = deployment.generations().current();
        for (ObjectName tree :
                ClosureParts.in(deployment.cache(), current.stream().toList())) {
            staging.ref(TransferRepository.HAVE + tree, staging.part(tree));
        }
        mark(staging, "current", current);
        Optional<Integer> tried = deployment.switcher().tried();
        mark(staging, "tried", tried.isPresent() ? deployment.generations().find(tried.get()) : Optional.empty());
        Optional<Switcher.Waiting> waiting = deployment.switcher().waiting();
        mark(
                staging,
                "waiting",
                waiting.isPresent()
                        ? deployment.generations().find(waiting.get().to())
                        : Optional.empty());
        for (String failed : deployment.failedCommits().commits()) {
            mark(staging, "failed/" + failed, failed);
        }
        String branch = HooksRunCommand.branch(repository, context);
        Optional<CommitId> at = repository.find(branch, context.cancellation());
        at.ifPresent(commit -> staging.ref(branch, new ObjectName(commit.hex())));
        staging.finish(branch);
        HookFiles.install(
                ConfigRepository.open(folder, context.environment(), new ProcessRunner(), context.cancellation()),
                List.of("pre-receive", "post-receive"),
                program,
                context.cancellation());
    }

    private void mark(TransferRepository staging, String name, Optional<Generation> generation) throws StoreException {
        Optional<String> commit =
                generation.flatMap(made -> made.manifest().configuration().commit());
        if (commit.isPresent()) {
            mark(staging, name, commit.get());
        }
    }

    /** A ref to a commit that git does not find would be an error to it. */
    private void mark(TransferRepository staging, String name, String commit) throws StoreException {
        if (repository.find(commit + "^{commit}", context.cancellation()).isPresent()) {
            staging.ref(DEPLOYED + name, new ObjectName(commit));
        }
    }
}
