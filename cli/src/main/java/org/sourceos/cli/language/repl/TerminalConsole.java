package org.sourceos.cli.language.repl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.function.Predicate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.impl.ExternalTerminal;
import org.sourceos.cli.CommandContext;
import org.sourceos.host.Cancellation;
import org.sourceos.host.Terminal;

/**
 * Lines edited on a terminal, with history and completion. The editor works on the command's own streams, not on those of
 * the process it runs in: the terminal itself is raw as long as the console is open, and the editor does for it what the
 * kernel would, Ctrl-C included.
 */
final class TerminalConsole implements Console {
    private static final String PROMPT = "sourceos> ";
    private static final String CONTINUED = "        > ";

    private final CommandContext context;
    private final Terminal device;
    private final Terminal.RawMode raw;
    private final ExternalTerminal screen;
    private final EntryParser parser = new EntryParser();
    private final LineReader reader;
    private final Cancellation.Registration resize;
    private final Cancellation.Registration end;

    private TerminalConsole(CommandContext context, Terminal device, Path history, Completions completions)
            throws IOException {
        this.context = context;
        this.device = device;
        this.raw = device.raw();
        String type = context.environment().getOrDefault("TERM", "ansi");
        this.screen = new ExternalTerminal("sourceos", type, context.in(), context.out(), StandardCharsets.UTF_8);
        resized();
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .appName("sourceos")
                .terminal(screen)
                .parser(parser)
                .completer(new EntryCompleter(completions))
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, CONTINUED)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.BRACKETED_PASTE, true);
        if (isWritable(history)) {
            builder.variable(LineReader.HISTORY_FILE, history);
        }
        this.reader = builder.build();
        this.resize = context.signals().onResize(this::resized);
        this.end = context.cancellation().onCancel(this::endReading);
    }

    /** @param history the file that earlier lines are kept in; without one where it cannot be written */
    static TerminalConsole open(CommandContext context, Terminal device, Path history, Completions completions)
            throws IOException {
        return new TerminalConsole(context, device, history, completions);
    }

    /** Makes the file, for its owner only: what is tried out may be secret. */
    private static boolean isWritable(Path history) {
        try {
            if (Files.notExists(history)) {
                Path folder = history.toAbsolutePath().getParent();
                if (folder != null) {
                    Files.createDirectories(folder);
                }
                Files.createFile(
                        history, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            return Files.isWritable(history);
        } catch (IOException e) {
            return false;
        }
    }

    private void resized() {
        try {
            Terminal.Size size = device.size();
            screen.setSize(new Size(size.columns(), size.rows()));
            screen.raise(Signal.WINCH);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void endReading() {
        try {
            screen.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<String> read(Predicate<String> incomplete) throws IOException {
        parser.continueWhile(incomplete);
        while (true) {
            try {
                return Optional.of(reader.readLine(PROMPT));
            } catch (UserInterruptException e) {
                context.cancellation().throwIfCancelled();
                // The line is thrown away, and the next one asked for: as shells do.
            } catch (EndOfFileException e) {
                return Optional.empty();
            }
        }
    }

    @Override
    public void say(String text) {
        screen.writer().println(text);
        screen.flush();
    }

    @Override
    public void complain(String text) {
        say(text);
    }

    @Override
    public Cancellation.Registration onInterrupt(Runnable action) {
        var before = screen.handle(Signal.INT, signal -> action.run());
        Cancellation.Registration cancelled = context.cancellation().onCancel(action);
        return () -> {
            screen.handle(Signal.INT, before);
            cancelled.close();
        };
    }

    @Override
    public void close() throws IOException {
        end.close();
        resize.close();
        try (Terminal.RawMode given = raw) {
            reader.getHistory().save();
            screen.close();
        }
    }
}
