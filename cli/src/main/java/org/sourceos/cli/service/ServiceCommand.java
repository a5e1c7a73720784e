package org.sourceos.cli.service;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sourceos service …}: the resident service. */
@Command(
        name = "service",
        header = "Look at, stop or be the resident service, which makes commands fast.",
        description = {
            "The first command starts it in the background, for the next ones; it ends after five minutes without a",
            "call. SOURCEOS_SERVICE=never keeps commands in processes of their own, SOURCEOS_SERVICE=always waits",
            "for the service. docs/service.md tells more, and how systemd starts it.",
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            ServiceStatusCommand.class,
            ServiceStopCommand.class,
            ServiceRunCommand.class,
        },
        footer = {
            "",
            "Examples:",
            "  sourceos service status",
            "  sourceos service stop",
            "  systemctl --user enable --now sourceos.socket",
        })
public final class ServiceCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which of status, stop, run?");
    }
}
