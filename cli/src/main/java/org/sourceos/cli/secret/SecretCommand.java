package org.sourceos.cli.secret;

import java.nio.file.Path;
import java.util.Map;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.cli.SourceOs;
import org.sourceos.launcher.secret.AgeIdentity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sourceos secret …}. */
@Command(
        name = "secret",
        header = "Encrypt what only this computer's machines are to know.",
        description = {
            "A configuration names secrets by the files they are in: a file outside of the repository, or",
            "one in it that is encrypted with age (https://age-encryption.org) for this computer's key.",
            "Their values are read when a machine starts, and are there in /run/secrets/NAME.",
        },
        mixinStandardHelpOptions = true,
        subcommands = {SecretKeyCommand.class, SecretEncryptCommand.class},
        footer = {
            "",
            "Examples:",
            "  sourceos secret key                            the key to encrypt for",
            "  sourceos secret encrypt token.age < token      then: vms.bot.secrets.token = ./token.age;",
            "  run --secret token=./token.age bot             the same for one run",
        })
public final class SecretCommand implements Runnable {
    private final CommandContext context;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SourceOs program;

    SecretCommand(CommandContext context) {
        this.context = context;
    }

    AgeIdentity identity() {
        return identity(context, program.places());
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which of key, encrypt?");
    }

    /** This computer's identity: the file that {@code SOURCEOS_AGE_IDENTITY} names, or one of the state. */
    public static AgeIdentity identity(CommandContext context, Places places) {
        Map<String, String> environment = context.environment();
        String named = environment.getOrDefault("SOURCEOS_AGE_IDENTITY", "");
        Path file = named.isEmpty()
                ? places.state().resolve("age-identity")
                : context.directory().resolve(named);
        return new AgeIdentity(file);
    }
}
