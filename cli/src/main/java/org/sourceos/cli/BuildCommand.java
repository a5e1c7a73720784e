package org.sourceos.cli;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.sourceos.cli.progress.Progress;
import org.sourceos.gitstore.image.ImageManifest;
import org.sourceos.rebuild.Rebuild;
import org.sourceos.rebuild.plan.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sourceos build}: everything {@code run} does before it starts a machine. */
@Command(
        name = "build",
        header = "Build programs and their kernels into the store, without running them.",
        description = "Prints the ref of each image. Nothing is built whose inputs have not changed.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Of a source that is a folder, files are read again only if they have changed;",
            "SOURCEOS_KNOWN_FILES=never has all of them read.",
            "",
            "Exit status: 0 built or there already; 2 invalid recipe; 100 build failed;",
            "101 timed out; 102 a source is not what it was; 104 not reproducible.",
            "",
            "Examples:",
            "  sourceos build hello jq",
            "  sourceos build --check sqlite3       build it twice, compare every file",
            "  sourceos build --explain jq          which input changed since the last",
            "  sourceos build ./fortune.source.toml",
        })
final class BuildCommand implements Callable<Integer> {
    private final CommandContext context;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceOs parent;

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "a package, or the path of a recipe")
    private List<String> names = List.of();

    @Option(names = "--check", description = "build each a second time elsewhere and compare; 104 if anything differs")
    private boolean check;

    @Option(names = "--check-kernel", description = "with --check, compare the kernel as well (minutes)")
    private boolean checkKernel;

    @Option(
            names = {"-j", "--jobs"},
            paramLabel = "N",
            description = "steps at once (default: ${DEFAULT-VALUE})",
            defaultValue = "2")
    private int jobs;

    @Mixin
    private BuildOptions building = new BuildOptions();

    BuildCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        if (jobs < 1) {
            throw new UsageException("--jobs must be at least 1, not " + jobs);
        }
        List<Request> requests = new ArrayList<>();
        List<Path> recipeFolders = new ArrayList<>();
        for (String name : names) {
            Wanted wanted = Wanted.of(context, name, building.features);
            requests.add(wanted.request());
            recipeFolders.addAll(wanted.recipeFolders());
        }
        try (Workbench workbench = Workbench.of(context, parent.places(), recipeFolders)) {
            if (building.dryRun) {
                var plan = workbench.rebuild().plan(requests);
                context.out().print(building.json ? PlanText.json(plan) + "\n" : PlanText.of(plan));
            } else if (building.explain) {
                explain(workbench, requests);
            } else {
                build(workbench, requests);
            }
        }
        return ExitCode.DONE.status();
    }

    private void explain(Workbench workbench, List<Request> requests) throws Exception {
        for (Request request : requests) {
            var explanations = workbench.rebuild().explain(request);
            context.out()
                    .print(building.json ? PlanText.explanationJson(explanations) + "\n" : PlanText.of(explanations));
        }
    }

    private void build(Workbench workbench, List<Request> requests) throws Exception {
        Rebuild.Options options = new Rebuild.Options(jobs, building.keepFailed, building.offline, check, checkKernel);
        List<ImageManifest> images;
        try (Progress progress = building.progress(context)) {
            images = workbench.rebuild().build(requests, options, progress.listener(), context.cancellation());
        }
        images.forEach(this::print);
    }

    private void print(ImageManifest image) {
        String ref = "refs/vms/" + image.name() + "-" + image.key().abbreviated();
        if (building.json) {
            JsonObject result = new JsonObject();
            result.addProperty("name", image.name());
            result.addProperty("version", image.version());
            result.addProperty("key", image.key().hex());
            result.addProperty("ref", ref);
            result.addProperty("checked", check);
            context.out().println(result);
        } else {
            context.out().println(ref + (check ? "  reproducible" : ""));
        }
    }
}
