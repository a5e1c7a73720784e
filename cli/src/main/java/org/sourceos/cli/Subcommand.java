package org.sourceos.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the commands below others share: where they run, and the program that they are part of. */
public abstract class Subcommand {
    private final CommandContext context;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    protected Subcommand(CommandContext context) {
        this.context = context;
    }

    public final CommandContext context() {
        return context;
    }

    protected final CommandSpec spec() {
        return spec;
    }

    protected final SourceOs program() {
        return (SourceOs) spec.root().userObject();
    }

    public final Places places() {
        return program().places();
    }
}
