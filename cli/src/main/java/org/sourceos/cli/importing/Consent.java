package org.sourceos.cli.importing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.sourceos.cli.CommandContext;

/** Asks before something is done, where somebody sits who was shown what it is. */
final class Consent {
    private final CommandContext context;
    private final boolean given;

    /** @param given said beforehand, with {@code --yes} */
    Consent(CommandContext context, boolean given) {
        this.context = context;
        this.given = given;
    }

    /** Scripts are not asked: their input is no terminal, or their output is read by somebody else. */
    boolean to(String what) throws IOException {
        if (given || !context.terminals().in() || !context.terminals().out()) {
            return true;
        }
        context.out().flush();
        context.err().print(what + "? [Y/n] ");
        context.err().flush();
        String answer = line().strip().toLowerCase(Locale.ROOT);
        if (answer.isEmpty() || answer.equals("y") || answer.equals("yes")) {
            return true;
        }
        context.err().println("sourceos: nothing was changed");
        return false;
    }

    /** The end of the input means no. */
    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = context.in().read(); c != '\n'; c = context.in().read()) {
            if (c < 0) {
                return "n";
            }
            line.write(c);
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
