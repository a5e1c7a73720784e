package org.sourceos.cli;

import org.jspecify.annotations.Nullable;
import org.sourceos.launcher.AccelProbe;
import org.sourceos.launcher.qemu.AccelChoice;

/** What {@code --accel} and {@code SOURCEOS_ACCEL} can say. */
public final class AccelChoices {
    private AccelChoices() {}

    /** @param option null where it was not given */
    public static AccelChoice of(CommandContext context, @Nullable String option) throws UsageException {
        String text = option != null ? option : context.environment().getOrDefault("SOURCEOS_ACCEL", "auto");
        return switch (text) {
            case "auto", "" -> AccelChoice.AUTO;
            case "kvm" -> AccelChoice.KVM;
            case "tcg" -> AccelChoice.TCG;
            default -> throw new UsageException("--accel " + text + ": there are auto, kvm and tcg");
        };
    }

    /** Says why a machine is emulated, to a user who has not asked for that. */
    public static void tell(CommandContext context, AccelProbe.Verdict verdict) {
        if (!verdict.explanation().isEmpty()) {
            context.err()
                    .println("sourceos: running without KVM, which is slower: " + verdict.explanation()
                            + " (--accel=tcg says that this is wanted)");
        }
    }
}
