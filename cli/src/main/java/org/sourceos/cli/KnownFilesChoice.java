package org.sourceos.cli;

import org.sourceos.gitstore.known.KnownFilesRule;

/** What {@code SOURCEOS_KNOWN_FILES} can say: whether files of a folder that was stored before are recognised by their times. */
final class KnownFilesChoice {
    private KnownFilesChoice() {}

    static KnownFilesRule of(CommandContext context) throws UsageException {
        String text = context.environment().getOrDefault("SOURCEOS_KNOWN_FILES", "auto");
        return switch (text) {
            case "auto", "" -> KnownFilesRule.usual();
            case "never" -> KnownFilesRule.never();
            default ->
                throw new UsageException("SOURCEOS_KNOWN_FILES=" + text
                        + ": there are auto and never, for instance SOURCEOS_KNOWN_FILES=never sourceos build hello");
        };
    }
}
