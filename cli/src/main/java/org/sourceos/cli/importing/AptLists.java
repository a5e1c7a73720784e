package org.sourceos.cli.importing;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.Stream;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.host.Directories;
import org.sourceos.host.ProcessRunner;
import org.sourceos.importer.plan.PackageIndex;
import org.sourceos.rebuild.RebuildException;
import org.sourceos.rebuild.apt.AptHost;
import org.sourceos.rebuild.apt.AptState;
import org.sourceos.rebuild.progress.StepListener;

/** The lists of the machine's apt sources, read in a state of our own, where every source has its source packages. */
final class AptLists {
    /** Of the machines that we make, as dpkg calls it. */
    static final String ARCHITECTURE = "amd64";

    private AptLists() {}

    static AptState state(CommandContext context, Places places) {
        return AptState.ofAllSources(
                places.state().resolve("apt"), AptHost.ofThisMachine(), new ProcessRunner(), context.clock());
    }

    static PackageIndex index(CommandContext context, AptState apt, StepListener listener)
            throws IOException, RebuildException {
        Path scratch = Files.createTempDirectory("sourceos-plan-");
        try {
            PackageIndex index = new PackageIndex(ARCHITECTURE);
            for (Path file : apt.indexes(scratch, listener, context.cancellation())) {
                try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
                        Stream<String> lines = reader.lines().map(line -> line + "\n")) {
                    add(index, file, lines.iterator());
                }
            }
            return index;
        } finally {
            Directories.remove(scratch);
        }
    }

    private static void add(PackageIndex index, Path file, Iterator<String> lines) {
        if (file.toString().endsWith(".Packages")) {
            index.addPackages(lines);
        } else {
            index.addSources(lines);
        }
    }
}
