package org.sourceos.launcher.terminal;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.sourceos.host.Terminal;
import org.sourceos.launcher.MicroVm;
import org.sourceos.launcher.guest.GuestStreams;

/**
 * A terminal lent to a program: raw from the start to {@link #close}, which may be called twice and from a shutdown hook.
 *
 * <p>Every key goes to the program, Ctrl-C included. Ctrl-] three times within a second kills the machine.
 */
public final class TerminalSession implements AutoCloseable {
    private final Terminal terminal;
    private final Terminal.RawMode raw;
    private final InputStream in;
    private final OutputStream out;
    private volatile Runnable onEscape = () -> {};

    private TerminalSession(Terminal terminal, InputStream in, OutputStream out) throws IOException {
        this.terminal = terminal;
        this.in = new Watched(in);
        this.out = out;
        this.raw = terminal.raw();
    }

    /** Takes the terminal. The streams are the terminal's own and are not closed. */
    public static TerminalSession open(Terminal terminal, InputStream in, OutputStream out) throws IOException {
        return new TerminalSession(terminal, in, out);
    }

    /** What the machine's program reads and writes; the escape ends that machine. */
    public GuestStreams streams(MicroVm machine) throws IOException {
        onEscape = machine::kill;
        return new GuestStreams.OnTerminal(in, out, terminal.size());
    }

    /** To be called at SIGWINCH. */
    public void resized(MicroVm machine) throws IOException {
        machine.resize(terminal.size());
    }

    @Override
    public void close() throws IOException {
        raw.close();
    }

    private final class Watched extends FilterInputStream {
        private final EscapeDetector detector = new EscapeDetector(System::nanoTime);

        Watched(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int n = super.read(bytes, from, length);
            if (n > 0 && detector.typed(bytes, from, n)) {
                onEscape.run();
            }
            return n;
        }
    }
}
