package org.sourceos.cli.store;

import org.sourceos.cli.CommandContext;
import org.sourceos.gitstore.git.Compaction;

/** Says on standard error how far something is, a line for each tenth of it. */
final class Tenths implements Compaction.Progress {
    private final CommandContext context;
    private final String what;
    private long said;

    Tenths(CommandContext context, String what) {
        this.context = context;
        this.what = what;
    }

    @Override
    public void at(long done, long total) {
        long tenth = total == 0 ? 10 : done * 10 / total;
        if (tenth > said && tenth < 10) {
            said = tenth;
            context.err().println("sourceos: " + what + ": " + tenth * 10 + " % of " + Sizes.text(total));
        }
    }
}
