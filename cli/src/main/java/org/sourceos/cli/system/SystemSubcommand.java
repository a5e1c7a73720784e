package org.sourceos.cli.system;

import java.util.concurrent.Callable;
import org.sourceos.cli.CommandContext;
import org.sourceos.cli.Subcommand;
import org.sourceos.gitstore.generation.Generation;

/** What the commands below {@code sourceos-rebuild} share. */
abstract class SystemSubcommand extends Subcommand implements Callable<Integer> {
    SystemSubcommand(CommandContext context) {
        super(context);
    }

    final void say(String line) {
        context().err().println("sourceos: " + line);
    }

    /** {@code generation 3 (Add jq)}. */
    static String named(Generation generation) {
        return "generation " + generation.number() + " ("
                + generation.manifest().configuration().subject() + ")";
    }
}
