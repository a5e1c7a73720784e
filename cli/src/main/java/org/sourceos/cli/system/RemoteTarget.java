package org.sourceos.cli.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.RefusedException;
import org.sourceos.gitstore.BuildCache;
import org.sourceos.gitstore.ObjectName;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.closure.ClosureParts;
import org.sourceos.gitstore.closure.TransferRepository;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.gitstore.generation.Generation;
import org.sourceos.host.Command;
import org.sourceos.host.Directories;
import org.sourceos.host.ProcessOutput;
import org.sourceos.host.ProcessResult;
import org.sourceos.host.ProcessRunner;
import org.sourceos.host.RunningProcess;
import org.sourceos.rebuild.Rebuild;
import org.sourceos.rebuild.RebuildException;

/** Another computer's {@code sourceos serve}, spoken to by the user's git over the user's ssh. */
final class RemoteTarget {
    private static final String DEPLOYED = "refs/deployed/";

    /** They say where the caller's repository is, and ours is another. */
    private static final Set<String> OF_THE_CALLER = Set.of(
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_COMMON_DIR",
            "GIT_INDEX_FILE",
            "GIT_PREFIX",
            "GIT_OBJECT_DIRECTORY",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES",
            "GIT_QUARANTINE_PATH");

    private final CommandContext context;
    private final TargetHost host;
    private final ConfigRepository repository;
    private final Path state;

    /**
     * @param repository the configuration's
     * @param state where a folder for a push can be made
     */
    RemoteTarget(CommandContext context, TargetHost host, ConfigRepository repository, Path state) {
        this.context = context;
        this.host = host;
        this.repository = repository;
        this.state = state;
    }

    /**
     * What the other side says of itself.
     *
     * @param branch the branch that is deployed there
     * @param refs what each ref of its listing is at
     */
    record Listing(String branch, Map<String, String> refs) {
        /** What {@code branch} is at. */
        Optional<CommitId> head() {
            return at(branch);
        }

        Optional<CommitId> current() {
            return at(DEPLOYED + "current");
        }

        Optional<CommitId> tried() {
            return at(DEPLOYED + "tried");
        }

        boolean hasFailed(CommitId commit) {
            return refs.containsKey(DEPLOYED + "failed/" + commit.hex());
        }

        /** Whether it waits until somebody confirms it. */
        boolean waits() {
            return refs.containsKey(DEPLOYED + "waiting");
        }

        Set<ObjectName> parts() {
            Set<ObjectName> parts = new HashSet<>();
            for (String ref : refs.keySet()) {
                if (ref.startsWith(TransferRepository.HAVE)) {
                    parts.add(new ObjectName(ref.substring(TransferRepository.HAVE.length())));
                }
            }
            return parts;
        }

        private Optional<CommitId> at(String ref) {
            return Optional.ofNullable(refs.get(ref)).map(CommitId::new);
        }
    }

    /** Asks; the connection also shows the other side that it can be reached, which confirms what waits for that. */
    Listing list() throws StoreException, IOException, RebuildException {
        ProcessResult result = git(
                repository.gitDirectory(),
                new ProcessOutput.Captured(),
                List.of("ls-remote", "--symref", host.url() + "/closure"));
        if (!result.succeeded()) {
            throw failed("ask " + host + " what it has", result.stderrTail());
        }
        String branch = "refs/heads/main";
        Map<String, String> refs = new HashMap<>();
        for (String line : result.stdout().lines().toList()) {
            String[] words = line.split("\t", 2);
            if (words.length == 2 && words[0].startsWith("ref: ") && words[1].equals("HEAD")) {
                branch = words[0].substring("ref: ".length());
            } else if (words.length == 2 && words[0].matches("[0-9a-f]{40,64}")) {
                refs.put(words[1], words[0]);
            }
        }
        return new Listing(branch, refs);
    }

    /** Sends a generation's closure and its commit: what the other side does not have of them. */
    void send(
            BuildCache cache,
            Generation generation,
            Optional<Rebuild.BuiltKernel> kernel,
            CommitId commit,
            RemoteAction action,
            boolean retry)
            throws StoreException, IOException, RebuildException, RefusedException {
        Files.createDirectories(state);
        Path folder = Files.createTempDirectory(state, ".outgoing-");
        try {
            TransferRepository outgoing = TransferRepository.begin(
                    folder,
                    List.of(cache.directory().resolve(".git/objects"), repository.objects(context.cancellation())));
            ObjectName closure = outgoing.closure(generation.tree(), ClosureParts.of(cache, generation));
            outgoing.ref(TransferRepository.CLOSURES + commit.hex(), closure);
            outgoing.ref(TransferRepository.CONFIGURATIONS + commit.hex(), new ObjectName(commit.hex()));
            if (kernel.isPresent()) {
                ObjectName tree = kernel.get().layer().tree();
                outgoing.ref(kernelRef(commit, kernel.get()), outgoing.part(tree));
            }
            outgoing.finish("refs/heads/none");
            List<String> words = new ArrayList<>(List.of("-o", action.option()));
            if (retry) {
                words.addAll(List.of("-o", PushOptions.RETRY));
            }
            words.add(host.url() + "/closure");
            words.add(TransferRepository.CLOSURES + commit.hex());
            words.add(TransferRepository.CONFIGURATIONS + commit.hex());
            kernel.ifPresent(built -> words.add(kernelRef(commit, built)));
            push(folder, words, "send what was built to " + host);
        } finally {
            Directories.remove(folder);
        }
    }

    private static String kernelRef(CommitId commit, Rebuild.BuiltKernel kernel) {
        return TransferRepository.KERNELS + commit.hex() + "/" + kernel.key().abbreviated() + "/" + kernel.version();
    }

    /** Pushes the configuration, which makes what was sent before count. */
    void push(CommitId commit, String branch, boolean retry)
            throws StoreException, IOException, RebuildException, RefusedException {
        List<String> words = new ArrayList<>();
        if (retry) {
            words.addAll(List.of("-o", PushOptions.RETRY));
        }
        words.addAll(List.of(host.url(), commit.hex() + ":" + branch));
        push(repository.gitDirectory(), words, "push the configuration to " + host);
    }

    private void push(Path folder, List<String> words, String purpose)
            throws StoreException, IOException, RebuildException, RefusedException {
        // Hooks of the working copy have had their say where the commit was made, and recursion would be for nothing.
        List<String> all = new ArrayList<>(List.of("push", "--porcelain", "--no-verify", "--recurse-submodules=no"));
        all.addAll(words);
        ProcessResult result = git(folder, new ProcessOutput.ToStream(context.err()), all);
        if (result.succeeded()) {
            return;
        }
        if (result.stdout().lines().anyMatch(line -> line.startsWith("!"))) {
            throw new RefusedException("cannot " + purpose + ": it was refused there, for the reason above");
        }
        throw failed(purpose, result.stderrTail());
    }

    private static RebuildException failed(String purpose, String said) {
        return new RebuildException(
                RebuildException.Kind.FETCH_FAILED,
                "cannot " + purpose + (said.isBlank() ? "" : ": " + said.strip())
                        + "\n  `sourceos serve` has to run there, and trust/access.toml of what it serves to list you under"
                        + " deploy or admin");
    }

    private ProcessResult git(Path folder, ProcessOutput errors, List<String> words)
            throws IOException, StoreException {
        List<String> argv = new ArrayList<>(List.of("git"));
        Optional<String> ssh = repository.setting("core.sshCommand", context.cancellation());
        if (ssh.isPresent()) {
            argv.addAll(List.of("-c", "core.sshCommand=" + ssh.get()));
        }
        argv.addAll(words);
        Map<String, String> variables = new HashMap<>(context.environment());
        variables.keySet().removeAll(OF_THE_CALLER);
        Command command = Command.of(argv).withOnlyEnvironment(variables).withDirectory(folder);
        try (RunningProcess process =
                new ProcessRunner().start(command, new ProcessOutput.Captured(), errors, context.cancellation())) {
            ProcessResult result = process.await();
            context.cancellation().throwIfCancelled();
            return result;
        }
    }
}
