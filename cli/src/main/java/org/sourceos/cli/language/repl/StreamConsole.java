package org.sourceos.cli.language.repl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;
import org.sourceos.cli.CommandContext;
import org.sourceos.host.Cancellation;

/** Lines from a pipe or a file, without prompts: what a script has to say to the language. */
final class StreamConsole implements Console {
    private final CommandContext context;
    private final BufferedReader lines;

    StreamConsole(CommandContext context) {
        this.context = context;
        this.lines = new BufferedReader(new InputStreamReader(context.in(), StandardCharsets.UTF_8));
    }

    @Override
    public Optional<String> read(Predicate<String> incomplete) throws IOException {
        String line = lines.readLine();
        if (line == null) {
            return Optional.empty();
        }
        StringBuilder entry = new StringBuilder(line);
        while (incomplete.test(entry.toString())) {
            line = lines.readLine();
            if (line == null) {
                break;
            }
            entry.append('\n').append(line);
        }
        return Optional.of(entry.toString());
    }

    @Override
    public void say(String text) {
        context.out().println(text);
    }

    @Override
    public void complain(String text) {
        context.err().println(text);
    }

    @Override
    public Cancellation.Registration onInterrupt(Runnable action) {
        return context.cancellation().onCancel(action);
    }

    @Override
    public void close() {}
}
