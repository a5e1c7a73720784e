package org.sourceos.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A terminal device, driven by {@code stty} (GNU coreutils). */
public final class SttyTerminal implements Terminal {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Path device;
    private final ProcessRunner runner;

    public SttyTerminal(Path device, ProcessRunner runner) {
        this.device = device;
        this.runner = runner;
    }

    /** This process's terminal; empty unless standard input and standard output are both one and the same. */
    public static Optional<Terminal> ofStandardStreams(ProcessRunner runner) {
        try {
            Path in = Files.readSymbolicLink(Path.of("/proc/self/fd/0"));
            Path out = Files.readSymbolicLink(Path.of("/proc/self/fd/1"));
            if (in.equals(out) && (in.startsWith("/dev/pts") || in.toString().startsWith("/dev/tty"))) {
                return Optional.of(new SttyTerminal(in, runner));
            }
            return Optional.empty();
        } catch (IOException e) {
            // Closed, or no /proc: no terminal that we could drive.
            return Optional.empty();
        }
    }

    @Override
    public Size size() throws IOException {
        return parseSize(stty("size"));
    }

    static Size parseSize(String text) throws IOException {
        String[] fields = text.strip().split(" ");
        try {
            return new Size(Integer.parseInt(fields[0]), Integer.parseInt(fields[1]));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException("stty gave no size of the terminal: " + text.strip(), e);
        }
    }

    @Override
    public RawMode raw() throws IOException {
        String saved = stty("-g").strip();
        AtomicBoolean restored = new AtomicBoolean();
        stty("raw", "-echo");
        return () -> {
            if (restored.compareAndSet(false, true)) {
                stty(saved);
            }
        };
    }

    private String stty(String... arguments) throws IOException {
        Command command = Command.of("stty", "-F", device.toString()).withArguments(List.of(arguments));
        // A cancelled command must still get its terminal back, so this cannot be cancelled.
        return runner.output(command.withTimeout(LIMIT), new Cancellation());
    }
}
