package org.sourceos.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.sourceos.host.Cancellation;

/**
 * The process around one command: the only place that reads the process's own environment, listens to its signals and ends
 * it.
 */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Cancellation cancellation = new Cancellation();
        Signals signals = ProcessSignals.install(cancellation);
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        CommandContext context = new CommandContext(
                System.getProperty("sourceos.name", "sourceos"),
                Path.of(System.getProperty("sourceos.library", ".")).toAbsolutePath(),
                new Stdin(),
                out,
                err,
                environment(),
                Path.of("").toAbsolutePath(),
                new CommandContext.Terminals(isTerminal(0), isTerminal(1), isTerminal(2)),
                signals,
                Clock.systemUTC(),
                cancellation,
                Optional.empty());
        int status = SourceOs.execute(context, args);
        if (status == ServiceRequiredException.STATUS) {
            status = askForService(err);
        }
        out.flush();
        err.flush();
        // Not System.exit: no thread or hook of a library may keep a finished command waiting.
        Runtime.getRuntime().halt(status);
    }

    /** A byte to the client, which then calls the command again in the service. */
    private static int askForService(PrintStream err) {
        String descriptor = System.getProperty("sourceos.ask");
        if (descriptor == null) {
            err.println("sourceos: " + new ServiceRequiredException().getMessage());
            return ExitCode.FAILED.status();
        }
        try (OutputStream ask = new FileOutputStream("/proc/self/fd/" + descriptor)) {
            ask.write(1);
        } catch (IOException e) {
            err.println("sourceos: cannot ask for the resident service: " + e.getMessage());
        }
        return ExitCode.FAILED.status();
    }

    /** The caller's: the thin client changes {@code LC_ALL} where Java would misread arguments, and says what it was. */
    private static Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        String locale = System.getProperty("sourceos.lc_all");
        if (locale != null) {
            environment.put("LC_ALL", locale);
            environment.remove("LC_ALL", "");
        }
        return environment;
    }

    /** Read as a stream: the JDK's own shortcut to a file's whole content asks a pipe for its length, which fails on some. */
    private static final class Stdin extends FilterInputStream {
        Stdin() {
            super(new FileInputStream(FileDescriptor.in));
        }
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }

    /** Asked of /proc for each stream: the JDK only knows about all of them together. */
    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }
}
