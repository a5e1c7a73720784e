package org.sourceos.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import org.sourceos.gitstore.KnownStores;
import org.sourceos.host.Cancellation;
import org.sourceos.host.ProcessRunner;
import org.sourceos.host.SttyTerminal;
import org.sourceos.host.Terminal;

/**
 * Everything a command has of the world it was started in. A command takes nothing from the process it runs in, so that the
 * same command runs in a process of its own or inside a resident one for somebody else.
 *
 * @param name what the program was called: {@code sourceos}, {@code run}, …
 * @param library the folder with {@code sourceos.jar}, {@code guest-init} and {@code templates/}
 * @param in standard input; bytes
 * @param out standard output; only what the command is for
 * @param err standard error; messages and progress
 * @param environment the caller's
 * @param directory the caller's working directory, absolute
 * @param terminals which of the three are terminals
 * @param resident the service the command runs in; empty in a process of its own
 */
public record CommandContext(
        String name,
        Path library,
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        Path directory,
        Terminals terminals,
        Signals signals,
        Clock clock,
        Cancellation cancellation,
        Optional<Resident> resident) {

    public record Terminals(boolean in, boolean out, boolean err) {}

    public CommandContext {
        environment = Map.copyOf(environment);
    }

    /** The same world, for a part of the command that can be stopped alone. */
    public CommandContext withCancellation(Cancellation other) {
        return new CommandContext(
                name, library, in, out, err, environment, directory, terminals, signals, clock, other, resident);
    }

    /** Whether messages may use colour and redraw lines: a terminal that can, and {@code NO_COLOR} not set. */
    public boolean liveOutput() {
        return terminals.err() && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    }

    public boolean colour() {
        return liveOutput() && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    /** The terminal the caller sits at, wherever the command runs; there is one only if {@link #terminals} says so. */
    public Terminal terminal() {
        return resident.map(Resident::terminal)
                .orElseGet(() -> new SttyTerminal(Path.of("/dev/tty"), new ProcessRunner()));
    }

    /** What is known of the store's packs: a service keeps it from one command to the next. */
    public KnownStores knownStores() {
        return resident.map(service -> service.keep(KnownStores.class, KnownStores::new))
                .orElseGet(KnownStores::new);
    }

    /** The service, for a command that nothing else can do; elsewhere the client is asked to call it there. */
    public Resident requireResident() throws ServiceRequiredException {
        return resident.orElseThrow(ServiceRequiredException::new);
    }

    /** The caller's time zone, which need not be that of the process. */
    public ZoneId zone() {
        String name = environment.getOrDefault("TZ", "").replaceFirst("^:", "");
        try {
            return name.isEmpty() ? ZoneId.systemDefault() : ZoneId.of(name);
        } catch (DateTimeException e) {
            return ZoneId.systemDefault();
        }
    }
}
