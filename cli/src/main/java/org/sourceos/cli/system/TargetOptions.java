package org.sourceos.cli.system;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.cli.UsageException;
import picocli.CommandLine.Option;

/** Whether another computer is meant. */
final class TargetOptions {
    @Option(
            names = "--target-host",
            paramLabel = "[USER@]HOST[:PORT]",
            description = "build here, for a computer that runs `sourceos serve` (port 2222): only what it does not"
                    + " have is sent to it, and nothing is built there")
    private @Nullable String host;

    @Option(
            names = "--target-repository",
            paramLabel = "NAME",
            defaultValue = "system",
            description = "what the configuration is served as there (default: ${DEFAULT-VALUE})")
    private String repository = "system";

    Optional<TargetHost> host() throws UsageException {
        return host == null ? Optional.empty() : Optional.of(TargetHost.parse(host, repository));
    }
}
