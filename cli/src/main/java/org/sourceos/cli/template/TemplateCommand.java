package org.sourceos.cli.template;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sourceos template …}: the saved machines that launches are restored from. */
@Command(
        name = "template",
        header = "Show, make and remove the saved machines that launches are restored from.",
        description = {
            "A template is a machine saved when it waited for its program. A launch that",
            "restores it takes a tenth of the time that booting takes. A service makes",
            "templates by itself, after a launch that had to boot; without a service,",
            "`template make` does. They can be removed at any time.",
            "Where a recipe says checkpoint = \"ready\" there is a second one, with the program",
            "started, for launches without arguments of their own.",
            "",
            "SOURCEOS_TEMPLATES=never      switches them off",
            "SOURCEOS_TEMPLATES_SIZE=500M  the room that all may take (default: 1 GiB, or a",
            "                              tenth of what is free if that is less)",
            "SOURCEOS_POOL=4               restored machines that a service keeps waiting",
            "                              (default: 2)",
        },
        mixinStandardHelpOptions = true,
        subcommands = {TemplateListCommand.class, TemplateMakeCommand.class, TemplateRemoveCommand.class},
        footer = {
            "",
            "Examples:",
            "  sourceos template make hello",
            "  sourceos template make nano notes.txt    for launches that share one folder",
            "  sourceos template ls",
            "  sourceos template rm hello",
        })
public final class TemplateCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which of ls, make, rm?");
    }
}
