package org.sourceos.launcher.machine;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.launcher.ConsoleTail;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.guest.GuestHub;
import org.sourceos.launcher.qmp.QmpClient;

/** Our ends of a detached QEMU's sockets. Closing them changes nothing for the machine. */
final class MachineSockets implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int STEP_MILLIS = 5;

    private final GuestHub hub;
    private final SocketChannel console;
    private final ConsoleTail tail = new ConsoleTail();

    private MachineSockets(GuestHub hub, SocketChannel console) {
        this.hub = hub;
        this.console = console;
        Thread reader = new Thread(this::readConsole, "machine-console");
        reader.setDaemon(true);
        reader.start();
    }

    /** Waits until QEMU listens, as long as it runs. */
    static MachineSockets connect(Path folder, ProcessIdentity process) throws IOException {
        SocketChannel console = open(folder.resolve(MachineFolders.CONSOLE), process);
        try {
            return new MachineSockets(new GuestHub(open(folder.resolve(MachineFolders.CONTROL), process)), console);
        } catch (IOException e) {
            console.close();
            throw e;
        }
    }

    private static SocketChannel open(Path socket, ProcessIdentity process) throws IOException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                return SocketChannel.open(UnixDomainSocketAddress.of(socket));
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw e;
                }
                try {
                    Thread.sleep(STEP_MILLIS);
                } catch (InterruptedException interrupt) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted while waiting for QEMU", interrupt);
                }
            }
        }
    }

    GuestHub hub() {
        return hub;
    }

    /** Tells QEMU something, over a connection of its own: one that was kept might have ended unseen. */
    static void command(Path folder, ProcessIdentity process, String command, Duration limit) throws IOException {
        try (QmpClient qmp = openMonitor(folder, process)) {
            qmp.execute(command, new JsonObject(), limit);
        }
    }

    /** What is done with QEMU's monitor while it is open. */
    @FunctionalInterface
    interface Use {
        void with(QmpClient qmp) throws IOException, LaunchException;
    }

    static void monitor(Path folder, ProcessIdentity process, Use use) throws IOException, LaunchException {
        try (QmpClient qmp = new QmpClient(open(folder.resolve(MachineFolders.MONITOR), process))) {
            use.with(qmp);
        }
    }

    /** A connection to QEMU's monitor; while it is open, no other is answered. */
    static QmpClient openMonitor(Path folder, ProcessIdentity process) throws IOException {
        return new QmpClient(open(folder.resolve(MachineFolders.MONITOR), process));
    }

    ConsoleTail tail() {
        return tail;
    }

    private void readConsole() {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 14);
        try (OutputStream out = tail) {
            while (console.read(buffer.clear()) >= 0) {
                out.write(buffer.array(), 0, buffer.position());
            }
        } catch (IOException e) {
            // The machine has ended, or we let go of it.
        }
    }

    @Override
    public void close() {
        hub.close();
        try {
            console.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}
