package org.sourceos.cli.system;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sourceos-rebuild …}: makes the system what a commit of its configuration says. */
@Command(
        name = "rebuild",
        header = "Make the system what a commit of its configuration says, and go back.",
        description = {
            "What is deployed is a generation: a commit of the store, with everything it needs.",
            "`git log refs/system/current` in the store is the history of deployments.",
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            SwitchCommand.class,
            TestCommand.class,
            BootCommand.class,
            BuildSystemCommand.class,
            BuildVmCommand.class,
            RunVmCommand.class,
            DryRunCommand.class,
            DiffCommand.class,
            RollbackCommand.class,
            ListGenerationsCommand.class,
            ConfirmCommand.class,
            StatusCommand.class,
            EditCommand.class,
            FollowCommand.class,
        },
        footer = {
            "",
            "Exit status: 0 done; 1 failed; 2 the configuration has mistakes; 100-102 as of build;",
            "110 nobody confirmed, or a machine did not come up, and it was taken back; 111 the same, and not",
            "all of what counted before runs; 113 refused: a commit is not signed, and trust/ demands that.",
            "",
            "Examples:",
            "  sourceos-rebuild switch                 build and deploy what is committed",
            "  sourceos-rebuild test --dirty           try the files as they are; a restart ends it",
            "  sourceos-rebuild build-vm && ./result/run-*-vm   the configuration as a machine",
            "  sourceos-rebuild dry-run                what that would build",
            "  git checkout HEAD~1 && sourceos-rebuild switch",
            "  sourceos-rebuild rollback               the generation before",
            "  sourceos-rebuild switch --confirm 30s   taken back unless `sourceos-rebuild confirm` follows",
        })
public final class RebuildCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "which of switch, test, boot, build, build-vm, dry-run, diff, rollback, list-generations, confirm, status, edit?");
    }
}
