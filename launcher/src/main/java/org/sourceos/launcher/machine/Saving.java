package org.sourceos.launcher.machine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.checkpoint.Capture;
import org.sourceos.launcher.checkpoint.Captured;
import org.sourceos.launcher.guest.GuestHub;
import org.sourceos.launcher.qemu.VmSpec;
import org.sourceos.launcher.qmp.QmpClient;

/** Saves one machine while it runs, once at a time. */
final class Saving {
    private final RandomGenerator random;
    private final AtomicBoolean busy = new AtomicBoolean();

    Saving(RandomGenerator random) {
        this.random = random;
    }

    /** @param folder the machine's */
    CapturedMachine capture(MachineRecord now, GuestHub hub, Path folder, Path ram)
            throws LaunchException, IOException, InterruptedException {
        check(now);
        if (!busy.compareAndSet(false, true)) {
            throw refused(now, "it is being saved at this moment; try again");
        }
        try {
            SavedMachineRecord saved = SavedMachineRecord.of(now);
            if (!saved.isUnderstood()) {
                throw refused(now, "it was started by an earlier version of SourceOS; start it again");
            }
            ProcessIdentity process = now.process()
                    .filter(ProcessIdentity::isAlive)
                    .orElseThrow(() -> refused(now, "it has ended; `sourceos logs " + now.name() + "` may say why"));
            try (QmpClient monitor = MachineSockets.openMonitor(folder, process)) {
                return new CapturedMachine(saved, take(now, hub, monitor, folder, ram));
            }
        } finally {
            busy.set(false);
        }
    }

    private static LaunchException refused(MachineRecord machine, String why) {
        return new LaunchException("cannot save " + machine.name() + ": " + why);
    }

    private static void check(MachineRecord now) throws LaunchException {
        if (now.state() != MachineState.RUNNING) {
            throw refused(
                    now,
                    "it is " + now.state().name().toLowerCase(Locale.ROOT)
                            + "; only one that runs can be saved, `sourceos" + " resume " + now.name()
                            + "` lets a paused one go on");
        }
        VmSpec spec = now.request().spec();
        if (spec.memory().balloon()) {
            // What it gives back would be punched out of the file that others go on from.
            throw refused(now, "it gives memory back to the host (BALLOON); run it without, to have it saved");
        }
        if (!spec.shares().isEmpty()) {
            throw refused(
                    now,
                    "it has the folder " + spec.shares().get(0).host()
                            + " of the host open, which will not be as it is now when it goes on; run it without shared"
                            + " folders (no -v, and from a folder such as / that is not given to it), and hand files to it"
                            + " with: sourceos exec " + now.name() + " -- …");
        }
    }

    private Captured take(MachineRecord now, GuestHub hub, QmpClient monitor, Path folder, Path ram)
            throws LaunchException, IOException, InterruptedException {
        Optional<String> blocked = Capture.blocked(monitor);
        if (blocked.isPresent()) {
            throw refused(now, blocked.get());
        }
        if (!hub.checkpoint(true, random, GuestAnswers.LIMIT)) {
            throw refused(now, "its guest does not answer; it may be overloaded: try again");
        }
        try {
            return Capture.take(
                    monitor,
                    folder.resolve(MachineFolders.OUT).resolve(MachineFolders.STATE),
                    ram,
                    now.request().spec().memoryMib());
        } finally {
            hub.checkpoint(false, random, GuestAnswers.LIMIT);
        }
    }
}
