package org.sourceos.cli.init;

import java.io.IOException;
import java.nio.file.Path;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.RequestFailedException;

/** The configuration that other commands begin when there is none: as {@code sourceos init} makes it without options. */
public final class FirstConfiguration {
    private static final String TEMPLATE = "minimal";

    private FirstConfiguration() {}

    /**
     * Begins one.
     *
     * @throws RequestFailedException if something else is in the way
     */
    public static void begin(CommandContext context, Path folder) throws IOException, RequestFailedException {
        Placeholders placeholders = Placeholders.ofThisComputer(context.environment());
        NewConfiguration configuration = new NewConfiguration(
                new ConfigurationTemplates(context).files(TEMPLATE, placeholders),
                "Begin with the " + TEMPLATE + " template",
                new Git(context.environment(), placeholders.hostname()),
                context.cancellation());
        check(folder);
        configuration.makeAt(folder);
    }

    /** Whether one could be begun there. */
    public static void check(Path folder) throws IOException, RequestFailedException {
        Destination place = Destination.look(folder, java.util.List.of(), false);
        if (place.refusal().isPresent()) {
            throw new RequestFailedException(place.refusal().get());
        }
    }
}
