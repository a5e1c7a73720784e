package org.sourceos.cli.template;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.RequestFailedException;
import org.sourceos.cli.SourceOs;
import org.sourceos.cli.UsageException;
import org.sourceos.launcher.template.Template;
import org.sourceos.launcher.template.Templates;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sourceos template rm}. */
@Command(
        name = "rm",
        header = "Remove templates; machines that were restored from them run on.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  sourceos template rm hello", "  sourceos template rm --all"})
final class TemplateRemoveCommand implements Callable<Integer> {
    private static final int SHORTEST_KEY = 6;

    private final CommandContext context;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "a package, or the beginning of a template's key")
    private @Nullable String name;

    @Option(names = "--all", description = "all of them")
    private boolean all;

    TemplateRemoveCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        if (all == (name != null)) {
            throw new UsageException("which? name a package, or say --all");
        }
        SourceOs program = (SourceOs) spec.root().userObject();
        Templates templates = Launches.of(context, program.places()).templates();
        List<Template> removed = new ArrayList<>();
        for (Template template : templates.list()) {
            if (all || isMeant(template, name)) {
                templates.drop(template);
                removed.add(template);
            }
        }
        if (removed.isEmpty() && !all) {
            throw new RequestFailedException(
                    "there is no template of " + name + "; `sourceos template ls` lists what there is");
        }
        return ExitCode.DONE.status();
    }

    private static boolean isMeant(Template template, @Nullable String name) {
        return template.name().equals(name)
                || (name != null
                        && name.length() >= SHORTEST_KEY
                        && template.key().startsWith(name));
    }
}
