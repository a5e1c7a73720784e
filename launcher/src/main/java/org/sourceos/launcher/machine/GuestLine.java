package org.sourceos.launcher.machine;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.guest.GuestHub;

/** Our connection to one machine's guest, while there is one; guarded by the machine's {@link Lifecycle}. */
final class GuestLine {
    private static final String PANIC = "Kernel panic - not syncing";

    private final Lifecycle life;
    private final MachineFolders folders;
    private @Nullable MachineSockets sockets;
    private boolean listening;

    GuestLine(Lifecycle life, MachineFolders folders) {
        this.life = life;
        this.folders = folders;
    }

    GuestHub open(ProcessIdentity process) throws IOException {
        MachineSockets opened =
                MachineSockets.connect(folders.folder(life.record().id()), process);
        synchronized (life) {
            sockets = opened;
            if (life.isReleased()) {
                opened.close();
            }
        }
        return opened.hub();
    }

    GuestHub hub() throws IOException {
        synchronized (life) {
            if (sockets == null) {
                throw new IOException("the machine was let go of");
            }
            return sockets.hub();
        }
    }

    /** Its guest has answered: now others may talk to it. */
    void listens() throws IOException {
        synchronized (life) {
            listening = true;
            life.running();
        }
        life.started();
    }

    void deaf() {
        synchronized (life) {
            listening = false;
        }
    }

    @Nullable GuestHub ifListening() {
        synchronized (life) {
            return listening && sockets != null ? sockets.hub() : null;
        }
    }

    /** @param what completes "cannot …", with the machine's name behind it */
    GuestHub connected(String what) throws LaunchException {
        synchronized (life) {
            GuestHub hub = ifListening();
            if (hub == null) {
                throw life.notThere(what);
            }
            return hub;
        }
    }

    /** The kernel's last words, if it has panicked. */
    Optional<String> panic() {
        synchronized (life) {
            return Optional.ofNullable(sockets)
                    .map(MachineSockets::tail)
                    .filter(tail -> tail.text().contains(PANIC))
                    .map(tail -> "\n" + tail.lastLines());
        }
    }

    /** Whoever reads from it is told that it is closed, and then lets go of it. */
    void hangUp() {
        synchronized (life) {
            if (sockets != null) {
                sockets.close();
            }
        }
    }

    void close() {
        synchronized (life) {
            listening = false;
            hangUp();
            sockets = null;
        }
    }
}
