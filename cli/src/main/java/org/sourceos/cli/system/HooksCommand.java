package org.sourceos.cli.system;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sourceos hooks …}: git's hooks of a configuration, and of a repository that is deployed by pushing to it. */
@Command(
        name = "hooks",
        header = "Have git check a configuration before it is committed or pushed, and deploy what is pushed.",
        description = {
            "In a working copy: before a commit and before a push the configuration is evaluated; after a",
            "checkout or a merge it is deployed if `git config sourceos.autoSwitch` is true.",
            "In a bare repository: what is pushed to its branch (`git config sourceos.branch`, or main) is",
            "evaluated and built before it is accepted, and deployed then. Hooks of your own run first.",
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            HooksInstallCommand.class,
            HooksRemoveCommand.class,
            HooksStatusCommand.class,
            HooksRunCommand.class,
        },
        footer = {
            "",
            "Examples:",
            "  sourceos hooks install",
            "  git init --bare /srv/system.git",
            "  sourceos --config /srv/system.git hooks install",
            "  git push /srv/system.git main           shows mistakes, builds, deploys",
        })
public final class HooksCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which of install, remove, status?");
    }
}
