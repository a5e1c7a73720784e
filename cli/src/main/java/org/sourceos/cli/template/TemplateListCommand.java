package org.sourceos.cli.template;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.SourceOs;
import org.sourceos.launcher.template.Template;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sourceos template ls}. */
@Command(
        name = "ls",
        header = "List templates, those used last first.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  sourceos template ls", "  sourceos template ls --json"})
final class TemplateListCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneId.systemDefault());

    private final CommandContext context;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--json", description = "as JSON")
    private boolean json;

    TemplateListCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        SourceOs program = (SourceOs) spec.root().userObject();
        List<Template> templates =
                Launches.of(context, program.places()).templates().list();
        if (json) {
            JsonArray array = new JsonArray();
            for (Template template : templates) {
                JsonObject object = new JsonObject();
                object.addProperty("key", template.key());
                object.addProperty("name", template.name());
                object.addProperty("level", template.holdsProgram() ? "program" : "machine");
                object.addProperty("memory_mib", template.memoryMib());
                object.addProperty("bytes", template.usedBytes());
                object.addProperty("made_at", template.madeAt().toString());
                array.add(object);
            }
            context.out().println(array);
            return ExitCode.DONE.status();
        }
        for (Template template : templates) {
            context.out()
                    .println(TIME.format(template.madeAt()) + "  "
                            + template.key().substring(0, 12) + "  " + template.name()
                            + (template.holdsProgram() ? ", started  " : "  ")
                            + template.memoryMib() + " MiB of memory, " + (template.usedBytes() >> 20)
                            + " MiB on the disk");
        }
        return ExitCode.DONE.status();
    }
}
