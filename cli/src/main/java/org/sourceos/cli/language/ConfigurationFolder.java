package org.sourceos.cli.language;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.sourceos.cli.Catalogues;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.UsageException;
import org.sourceos.config.nix.EvalSettings;
import org.sourceos.config.options.ConfigurationReader;
import org.sourceos.config.options.PackageDeclarations;
import org.sourceos.config.system.SystemOptions;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.plan.Catalogue;

/**
 * A configuration in a folder.
 *
 * @param root the folder: its {@code packages/} holds recipes of its own, and paths are relative to it
 * @param entry the file that the configuration begins with
 */
public record ConfigurationFolder(Path root, Path entry) {
    /** What a configuration begins with when nothing else is said. */
    public static final String ENTRY = "system.source.nix";

    /** Far above what a configuration needs, far below what makes a computer unusable. */
    private static final long MOST_STEPS = 2_000_000_000L;

    private static final long MOST_BYTES = 4L << 30;

    /**
     * The configuration that a path means: a folder with a {@link #ENTRY}, or the file it begins with.
     *
     * @throws UsageException when there is none
     */
    public static ConfigurationFolder at(Path path) throws UsageException {
        if (Files.isDirectory(path)) {
            Path entry = path.resolve(ENTRY);
            if (!Files.isRegularFile(entry)) {
                throw new UsageException("there is no configuration in " + path + ": it would begin with " + entry
                        + "; write that file, or name another (--config, or an argument)");
            }
            return new ConfigurationFolder(path, entry);
        }
        if (!Files.exists(path)) {
            throw new UsageException("there is no configuration at " + path
                    + "; write " + (path.toString().endsWith(".nix") ? path : path.resolve(ENTRY))
                    + ", or name another (--config, or an argument)");
        }
        return new ConfigurationFolder(rootOf(path), path);
    }

    /** The repository a file is in, or else the folder. */
    static Path rootOf(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        for (Path at = folder; at != null; at = at.getParent()) {
            if (Files.exists(at.resolve(".git"))) {
                return at;
            }
        }
        return folder == null ? file.toAbsolutePath() : folder;
    }

    public PackageDeclarations packages(CommandContext context) throws RebuildException {
        return Catalogues.declarations(catalogue(context));
    }

    /** Its own recipes before the shipped ones. */
    public Catalogue catalogue(CommandContext context) {
        return Catalogues.of(context, List.of(root.resolve("packages")));
    }

    /** @param packages of {@link #packages}, which reads the catalogue: whoever asks it questions besides reads it once */
    public ConfigurationReader reader(CommandContext context, PackageDeclarations packages) {
        return reader(
                packages,
                EvalSettings.sourceos()
                        .withLimits(10_000, MOST_STEPS, MOST_BYTES)
                        .withTrace(line -> context.err().println(line)));
    }

    ConfigurationReader reader(PackageDeclarations packages, EvalSettings settings) {
        return new ConfigurationReader(new FolderSourceIo(), settings, packages, SystemOptions.all(), root.toString());
    }
}
