package org.sourceos.cli.service;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.Terminal;
import org.sourceos.host.posix.Descriptor;
import org.sourceos.host.posix.LocalSocket;
import org.sourceos.host.posix.PosixException;

/** The caller's terminal, which the client changes for us; should the client be killed, we put it back ourselves. */
final class ClientTerminal implements Terminal {
    /** struct termios of every Linux has less. */
    private static final int LARGEST_STATE = 256;

    private final LocalSocket socket;
    private Size size;
    private boolean gone;
    private int answers;
    private byte @Nullable [] found;

    ClientTerminal(LocalSocket socket, Size size) {
        this.socket = socket;
        this.size = size;
    }

    @Override
    public synchronized Size size() {
        return size;
    }

    synchronized void resized(Size newSize) {
        size = newSize;
    }

    @Override
    public RawMode raw() throws IOException {
        ask(Frame.RAW);
        AtomicBoolean restored = new AtomicBoolean();
        return () -> {
            if (restored.compareAndSet(false, true)) {
                ask(Frame.COOKED);
            }
        };
    }

    private synchronized void ask(byte what) throws IOException {
        int before = answers;
        socket.send(Frame.of(what).bytes());
        while (answers == before && !gone) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the terminal changes", e);
            }
        }
        if (gone) {
            throw new IOException("the terminal is gone");
        }
    }

    /** @param state what the terminal was before it became raw; empty when it is that again */
    synchronized void answered(byte[] state) throws ProtocolException {
        if (state.length > LARGEST_STATE) {
            throw new ProtocolException("a terminal's state of " + state.length + " bytes");
        }
        found = state.length == 0 ? null : state;
        answers++;
        notifyAll();
    }

    /** The client is gone: nobody waits for it any more, and what it left raw is put back. */
    synchronized void gone(Descriptor terminal) {
        gone = true;
        notifyAll();
        if (found != null && found.length >= 60) {
            try {
                terminal.restoreTerminal(found);
            } catch (PosixException e) {
                // It is gone too.
            }
            found = null;
        }
    }
}
