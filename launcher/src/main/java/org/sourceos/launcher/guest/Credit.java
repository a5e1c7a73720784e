package org.sourceos.launcher.guest;

/** How much input the guest has said it takes. */
final class Credit {
    private int available;
    private boolean closed;

    /** More of it. A guest that grants without end is no reason to send without end. */
    synchronized void add(int bytes) throws ProtocolException {
        if (bytes > GuestMessage.MAX_GRANT - available) {
            throw new ProtocolException("it granted more input than it has room for");
        }
        available += bytes;
        notifyAll();
    }

    /** Waits until there is some, and says how much of {@code wanted} it is; 0 when no more input will ever be taken. */
    synchronized int await(int wanted) throws InterruptedException {
        while (available == 0 && !closed) {
            wait();
        }
        return closed ? 0 : Math.min(available, wanted);
    }

    synchronized void use(int bytes) {
        available -= bytes;
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
