package org.sourceos.cli.init;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.RequestFailedException;
import org.sourceos.cli.SourceOs;
import org.sourceos.cli.init.NewConfiguration.Made;
import org.sourceos.config.diagnostic.Quoted;
import org.sourceos.config.diagnostic.Suggestions;
import org.sourceos.host.ProcessFailedException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sourceos init}: a configuration to begin with. */
@Command(
        name = "init",
        header = "Begin a configuration: a git repository made from a template.",
        description = {
            "Without DIR, the configuration of this computer or user is begun. The templates:",
            "  minimal    a host name and one program",
            "  developer  tools for one user, and a machine to try things in",
            "  family     two users, each with keyboard and screen, and a machine they share",
            "  gaming     a kernel that answers soon, and devices that reach one machine only",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: 0 done; 1 it could not be made; 2 there is no such template, or something in DIR already.",
            "",
            "Examples:",
            "  sourceos init",
            "  sourceos init --template developer ./my-system",
            "  sourceos init --template family --dry-run      which files it would have",
            "  sourceos init --force ./old-system             add what it lacks, change nothing that is there",
        })
public final class InitCommand implements Callable<Integer> {
    private final CommandContext context;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceOs parent;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "DIR", description = "where: a folder that is empty or not there yet")
    private @Nullable Path path;

    @Option(
            names = "--template",
            paramLabel = "NAME",
            defaultValue = "minimal",
            completionCandidates = ConfigurationTemplates.class,
            description = "what to begin with (minimal if not said)")
    private String template = "minimal";

    @Option(names = "--force", description = "in a folder that is not empty, add the files it does not have")
    private boolean force;

    @Option(names = "--dry-run", description = "write nothing, list the files")
    private boolean dryRun;

    @Option(names = "--json", description = "what was made, as JSON: directory, template, commit, files")
    private boolean json;

    InitCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        Placeholders placeholders = Placeholders.ofThisComputer(context.environment());
        NewConfiguration configuration = new NewConfiguration(
                new ConfigurationTemplates(context).files(checkedTemplate(), placeholders),
                "Begin with the " + template + " template",
                new Git(context.environment(), placeholders.hostname()),
                context.cancellation());
        Path folder = path == null
                ? parent.places().config()
                : context.directory().resolve(path).normalize();
        try {
            Destination place = Destination.look(folder, configuration.files().keySet(), force);
            if (place.refusal().isPresent()) {
                context.err().println("sourceos: " + place.refusal().get());
                return ExitCode.UNUSABLE.status();
            }
            Made made = dryRun
                    ? new Made(configuration.missingFrom(folder), "")
                    : place.free() ? configuration.makeAt(folder) : configuration.addTo(folder);
            tell(new Report(folder, template, made));
            return ExitCode.DONE.status();
        } catch (AccessDeniedException e) {
            throw new RequestFailedException("cannot make a configuration in " + folder + ": permission denied ("
                    + denied(e) + "); name a folder of your own, or run this as its owner");
        } catch (ProcessFailedException e) {
            throw new IOException(
                    "cannot make " + folder + " a git repository: " + e.getMessage()
                            + (e.exitStatus() == 127 ? "; install the package git" : "")
                            + "; nothing was changed",
                    e);
        }
    }

    private String checkedTemplate() {
        List<String> names = new ConfigurationTemplates(context).names();
        if (!names.contains(template)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "there is no template " + Quoted.of(template)
                            + Suggestions.didYouMean(template, names)
                                    .map(question -> ": " + question)
                                    .orElse("")
                            + "\nThe templates are: " + String.join(", ", names));
        }
        return template;
    }

    private void tell(Report report) {
        if (json) {
            context.out().println(report.json());
        } else if (dryRun) {
            report.printFiles(context);
        } else {
            report.printWithNextSteps(context);
        }
    }

    /** A folder of a passing name that could not be made says nothing; the one it was to be in does. */
    private static String denied(AccessDeniedException e) {
        Path file = Path.of(e.getFile());
        Path parent = file.getParent();
        return (parent != null && NewConfiguration.isStage(file) ? parent : file).toString();
    }
}
