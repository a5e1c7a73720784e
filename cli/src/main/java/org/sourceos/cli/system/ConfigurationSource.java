package org.sourceos.cli.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.UsageException;
import org.sourceos.gitstore.StoreException;
import org.sourceos.gitstore.config.CommitId;
import org.sourceos.gitstore.config.ConfigRepository;
import org.sourceos.gitstore.generation.GenerationManifest;

/**
 * The files that a system is made of: those of a commit, or those of a folder as they are now.
 *
 * @param folder where they are; of a commit, a copy that nobody changes
 * @param shown what messages call that folder
 * @param made what a generation says of it
 * @param untracked files that are in the folder and not in the repository, relative to it
 * @param notes what whoever asked for it should know
 */
record ConfigurationSource(
        Path folder, Path shown, GenerationManifest.Configuration made, List<String> untracked, List<String> notes) {

    /** A commit of the repository; what was changed since is noted. */
    static ConfigurationSource ofCommit(
            CommandContext context, ConfigRepository repository, CommitId commit, Path exports)
            throws StoreException, IOException {
        Path folder = exports.resolve(commit.hex());
        Exports.use(folder, context.clock().instant());
        repository.export(commit, folder, context.cancellation());
        ConfigRepository.Changes changes = repository.changes(context.cancellation());
        List<String> notes = changes.modified().isEmpty()
                ? List.of()
                : List.of("not committed, and so not in it: " + String.join(", ", changes.modified())
                        + " (--dirty takes the files as they are)");
        return new ConfigurationSource(
                folder,
                repository.place(),
                new GenerationManifest.Configuration(
                        Optional.of(commit.hex()),
                        repository.describe(commit, context.cancellation()).subject()),
                changes.untracked(),
                notes);
    }

    /** A folder, whatever git knows of it. */
    static ConfigurationSource ofFolder(Path folder) throws UsageException {
        if (!Files.isDirectory(folder)) {
            throw new UsageException("there is no configuration in " + folder + ": `sourceos init` makes one");
        }
        return new ConfigurationSource(
                folder,
                folder,
                new GenerationManifest.Configuration(Optional.empty(), "files of " + folder + ", not committed"),
                List.of(),
                List.of());
    }
}
