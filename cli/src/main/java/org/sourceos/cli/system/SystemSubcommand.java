package org.sourceos.cli.system;

import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Places;
import org.sourceos.cli.SourceOs;
import org.sourceos.gitstore.generation.Generation;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the commands below {@code sourceos-rebuild} share. */
abstract class SystemSubcommand implements Callable<Integer> {
    private final CommandContext context;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    SystemSubcommand(CommandContext context) {
        this.context = context;
    }

    final CommandContext context() {
        return context;
    }

    final Places places() {
        return ((SourceOs) spec.root().userObject()).places();
    }

    final void say(String line) {
        context.err().println("sourceos: " + line);
    }

    /** {@code generation 3 (Add jq)}. */
    static String named(Generation generation) {
        return "generation " + generation.number() + " ("
                + generation.manifest().configuration().subject() + ")";
    }
}
