package org.sourceos.cli.importing;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.Places;
import org.sourceos.cli.RequestFailedException;
import org.sourceos.cli.SourceOs;
import org.sourceos.cli.UsageException;
import org.sourceos.cli.language.ConfigurationFolder;
import org.sourceos.cli.progress.Progress;
import org.sourceos.config.options.ConfigValue;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;
import org.sourceos.rebuild.ScratchFolder;
import org.sourceos.rebuild.apt.AptHost;
import org.sourceos.rebuild.apt.AptState;
import org.sourceos.rebuild.debian.DebianRootMaker;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sourceos export}: the Debian system that a configuration describes. */
@Command(
        name = "export",
        header = "Make the Debian system that a configuration describes.",
        description = {
            "The way back from `sourceos import`: a root folder, or an archive of one, with the packages, accounts, files,"
                    + " services and settings of system.debian. Packages come from this machine's apt sources, in the versions"
                    + " that are described where these are still offered.",
            "Passwords, keys and what else an import leaves behind are not in it; neither are home folders and other data.",
            "As an ordinary user it takes subordinate user ids, as mmdebstrap does.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: 0 it is as described; 3 what is not is listed; 1 it failed, nothing was made; 2 wrong usage, or a",
            "configuration with mistakes.",
            "",
            "Examples:",
            "  sourceos export --to-debian --output /mnt/new",
            "  sourceos export --to-debian --output study.tar.zst ./old-system",
        })
public final class ExportCommand implements Callable<Integer> {
    private final CommandContext context;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceOs parent;

    @Option(names = "--to-debian", required = true, description = "the kind of system: Debian")
    @SuppressWarnings("UnusedVariable") // there is one kind so far; the word leaves room for others
    private boolean toDebian;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "TARGET",
            description = "a folder that is not there yet, or an archive (.tar, .tar.gz, .tar.xz, .tar.zst, .squashfs)")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path output;

    @Option(names = "--json", description = "what is not as described, as JSON")
    private boolean json;

    @Parameters(
            arity = "0..1",
            paramLabel = "PATH",
            description = "the configuration; that of this computer or user if not said")
    private @Nullable Path path;

    ExportCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        Path target = context.directory().resolve(output).normalize();
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new UsageException(target + " is there already; name one that is not, or remove it first");
        }
        Path into = target.resolveSibling("").toAbsolutePath();
        if (!Files.isDirectory(into)) {
            throw new UsageException(
                    "there is no folder " + into + " to put " + target.getFileName() + " into; make it first");
        }
        if (!Files.isWritable(into)) {
            throw new RequestFailedException(
                    "cannot write to " + into
                            + ": it is another user's, or on a file system that is read-only; name another place with --output");
        }
        Places places = parent.places();
        ConfigurationFolder folder = ConfigurationFolder.at(
                path == null
                        ? places.config()
                        : context.directory().resolve(path).normalize());
        var reader = folder.reader(context, folder.packages(context));
        ConfigValue.Fields configuration;
        try (Cancellation.Registration cancelled = context.cancellation().onCancel(reader::cancel)) {
            configuration = reader.read(folder.entry().toString()).values();
        }
        try (Progress progress = Progress.of(context, false, null);
                ScratchFolder scratch = ScratchFolder.in(places.store(), context.cancellation())) {
            ProcessRunner processes = new ProcessRunner();
            AptState apt = AptState.ofAllSources(
                    places.state().resolve("apt"), AptHost.ofThisMachine(), processes, context.clock());
            List<String> differences = new DebianRootMaker(
                            apt, places.state().resolve("apt-export"), processes, context.clock())
                    .make(
                            configuration,
                            folder.root(),
                            target,
                            scratch.path(),
                            progress.listener(),
                            context.cancellation());
            progress.close();
            report(target, differences);
            return (differences.isEmpty() ? ExitCode.DONE : ExitCode.INCOMPLETE).status();
        }
    }

    private void report(Path target, List<String> differences) {
        if (json) {
            JsonObject object = new JsonObject();
            object.addProperty("target", target.toString());
            JsonArray list = new JsonArray();
            differences.forEach(list::add);
            object.add("differences", list);
            context.out().println(object);
            return;
        }
        context.out().println(target + (differences.isEmpty() ? ": as described" : ": made; not as described:"));
        differences.forEach(difference -> context.out().println("  " + difference));
    }
}
