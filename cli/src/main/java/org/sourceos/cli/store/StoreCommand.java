package org.sourceos.cli.store;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sourceos store …}: looks into the cache repository. */
@Command(
        name = "store",
        header = "Show, verify and collect what has been fetched and built.",
        description = {
            "The store is a git repository; plain git works on it too, for instance",
            "`git -C \"$(sourceos store path)\" ls-tree -r refs/vms/hello-…`.",
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            StoreListCommand.class,
            StoreShowCommand.class,
            StoreUsageCommand.class,
            StoreGraphCommand.class,
            StoreWhyCommand.class,
            StoreVerifyCommand.class,
            StoreCollectCommand.class,
            StorePathCommand.class,
        })
public final class StoreCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which of ls, show, du, graph, why, verify, gc, path?");
    }
}
