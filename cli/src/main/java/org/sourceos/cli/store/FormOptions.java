package org.sourceos.cli.store;

import org.sourceos.cli.CommandContext;
import org.sourceos.cli.UsageException;
import org.sourceos.gitstore.collect.PackForm;
import org.sourceos.gitstore.collect.PackForm.Aim;
import picocli.CommandLine.Option;

/** In what form a collection leaves what stays, as it is said on the command line. */
final class FormOptions {
    @Option(
            names = "--compact",
            description = "write what is not in use as small as it can be: takes two or three minutes for each GB")
    private boolean compact;

    @Option(
            names = "--align",
            description = "write what is in use so that machines read it out of the store, without copies of it")
    private boolean align;

    @Option(
            names = "--used-since",
            paramLabel = "TIME",
            description = "with --compact and --align: in use is what was run within this time (default: 7d)")
    private String usedSince = "";

    PackForm form(CommandContext context) throws UsageException {
        if (compact && align) {
            throw new UsageException("--compact and --align are opposites: give one of them");
        }
        if (!usedSince.isEmpty() && !compact && !align) {
            throw new UsageException("--used-since says what --compact or --align counts as in use: give one of them;"
                    + " what is kept at all is said by --keep-since");
        }
        if (!compact && !align) {
            return PackForm.asItIs();
        }
        return new PackForm(
                compact ? Aim.COMPACT : Aim.ALIGN,
                usedSince.isEmpty() ? PackForm.USED_SINCE : KeepOptions.time("--used-since", usedSince),
                new Tenths(context, compact ? "compacting" : "aligning"));
    }
}
