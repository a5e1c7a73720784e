package org.sourceos.config.nix.format;

import java.util.Map;
import java.util.Optional;
import org.sourceos.config.nix.EvalSettings;
import org.sourceos.config.nix.Evaluator;
import org.sourceos.config.nix.NoFiles;
import org.sourceos.config.nix.ParseException;

/** What a text means: how the evaluator's own parser prints it. */
final class Meaning {
    /** Makes every name one that may exist. */
    private static final String ANY_NAME = "with { };\n";

    private Meaning() {}

    static String of(String text, boolean dialect) throws ParseException {
        EvalSettings settings = EvalSettings.standard()
                .withDialect(dialect)
                .withMachine(Map.of(), Optional.of("/home/tester"), "x86_64-linux", Optional.empty());
        return new Evaluator(new NoFiles(), settings).parse("/x/text.nix", ANY_NAME + text);
    }

    static boolean isInTheLanguage(String text, boolean dialect) {
        try {
            of(text, dialect);
            return true;
        } catch (ParseException e) {
            return false;
        }
    }
}
