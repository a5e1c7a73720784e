package org.sourceos.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What can be said of building, by {@code build} and by {@code run}, which builds first. */
final class BuildOptions extends HowToBuild {
    @Option(names = "--features", paramLabel = "A,B", description = "features of the recipe to switch on")
    @Nullable String features;

    @Option(names = "--dry-run", description = "print what would be done; do nothing")
    boolean dryRun;

    @Option(names = "--explain", description = "print which inputs changed since the last build; do nothing")
    boolean explain;
}
