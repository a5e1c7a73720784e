package org.sourceos.cli.secret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.ExitCode;
import org.sourceos.cli.UsageException;
import org.sourceos.host.AtomicFile;
import org.sourceos.launcher.secret.AgeIdentity;
import org.sourceos.launcher.secret.SecretFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sourceos secret encrypt}. */
@Command(
        name = "encrypt",
        header = "Encrypt standard input into a file of the configuration.",
        description = "For this computer's key and those of -r; `age --decrypt` reads it too.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sourceos secret encrypt token.age < token",
            "  pass show db | sourceos secret encrypt -r age1… db.age",
        })
final class SecretEncryptCommand implements Callable<Integer> {
    private final CommandContext context;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private SecretCommand parent;

    @Parameters(paramLabel = "FILE.age", description = "is written; what is there is replaced")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Option(
            names = {"-r", "--recipient"},
            paramLabel = "KEY",
            description = "a public key (age1…) that can decrypt it too: another computer's, or a person's")
    private List<String> recipients = List.of();

    SecretEncryptCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        if (!file.toString().endsWith(SecretFiles.ENCRYPTED)) {
            throw new UsageException(file + ": a configuration takes only files whose names end with "
                    + SecretFiles.ENCRYPTED + " for encrypted");
        }
        List<String> all = new ArrayList<>(List.of(parent.identity().recipient()));
        all.addAll(recipients);
        if (context.terminals().in()) {
            context.err().println("sourceos: type the secret, then Ctrl-D");
        }
        byte[] encrypted = AgeIdentity.encrypt(context.in().readAllBytes(), all);
        Path target = context.directory().resolve(file);
        try {
            AtomicFile.write(target, out -> out.write(encrypted));
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + e.getMessage(), e);
        }
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
        return ExitCode.DONE.status();
    }
}
