package org.sourceos.cli.service;

import java.io.IOException;
import java.io.InputStream;
import org.sourceos.host.posix.LocalSocket;

/**
 * What is typed at the caller's terminal, read by the client when a command asks for it and not before: what is typed for the
 * shell stays there, and a client in the background is stopped by the kernel as any program.
 */
final class ClientInput extends InputStream {
    private final LocalSocket socket;
    private byte[] typed = new byte[0];
    private int next;
    private boolean asked;
    private boolean ended;
    private boolean over;

    ClientInput(LocalSocket socket) {
        this.socket = socket;
    }

    /** @param bytes what was typed; none is the end */
    synchronized void typed(byte[] bytes) throws ProtocolException {
        if (!asked || next < typed.length) {
            throw new ProtocolException("input that nobody asked for");
        }
        asked = false;
        ended = bytes.length == 0;
        typed = bytes;
        next = 0;
        notifyAll();
    }

    /** From now on there is nothing to read. */
    synchronized void end() {
        over = true;
        notifyAll();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public synchronized int read(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (next == typed.length && !ended && !over) {
            if (!asked) {
                asked = true;
                socket.send(Frame.of(Frame.WANT_INPUT).bytes());
            }
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while reading", e);
            }
        }
        if (next == typed.length) {
            // A terminal goes on after Ctrl-D.
            ended = false;
            return -1;
        }
        int n = Math.min(length, typed.length - next);
        System.arraycopy(typed, next, bytes, from, n);
        next += n;
        return n;
    }

    @Override
    public synchronized int available() {
        return typed.length - next;
    }
}
