package org.sourceos.cli.template;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.Places;
import org.sourceos.cli.SourceOs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code sourceos template make}: everything that {@code run} does up to the machine, which is saved instead. */
@Command(
        name = "make",
        header = "Save the machine that `run` with the same words would boot, building what is missing first.",
        customSynopsis = "sourceos template make [OPTIONS OF run] NAME [ARGUMENTS]",
        description = {
            "Memory, processors, network and the number of shared folders tell one template",
            "from another; which folders, which ports and which program does not matter.",
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos template make hello",
            "  sourceos template make --mem 512M -v .:/work busybox",
        })
final class TemplateMakeCommand implements Callable<Integer> {
    private final CommandContext context;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Unmatched
    private final List<String> words = new ArrayList<>();

    TemplateMakeCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Places places = ((SourceOs) spec.root().userObject()).places();
        List<String> run = new ArrayList<>(
                List.of("run", SourceOs.MAKE_TEMPLATE, "--config=" + places.config(), "--store=" + places.store()));
        run.addAll(words);
        int status = SourceOs.execute(context, run.toArray(String[]::new));
        return status == ExitCode.RUN_FAILED.status() ? ExitCode.FAILED.status() : status;
    }
}
