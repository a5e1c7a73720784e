package org.sourceos.cli.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.sourceos.gitstore.generation.MachineSettings;
import org.sourceos.host.Cancellation;
import org.sourceos.launcher.LaunchException;
import org.sourceos.launcher.guest.GuestExec;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestStreams;
import org.sourceos.launcher.machine.MachineEnd;
import org.sourceos.launcher.machine.MachineStatus;
import org.sourceos.launcher.machine.Machines;
import org.sourceos.launcher.qemu.PortForward;

/** Whether a machine that was just started does what it is for. */
final class Health {
    private static final Duration PAUSE = Duration.ofMillis(200);
    /** QEMU takes every connection itself, and closes it at once where nobody in the machine does. */
    private static final int CLOSED_BY_THEN_MILLIS = 300;

    private final Machines machines;
    private final MachineStatus machine;
    private final MachineSettings settings;

    Health(Machines machines, MachineStatus machine, MachineSettings settings) {
        this.machines = machines;
        this.machine = machine;
        this.settings = settings;
    }

    /**
     * Waits until it shows that it is well; where nothing was said of that, its program runs already.
     *
     * @throws LaunchException when it has ended, or the time is over: what was tried last, and why it failed
     */
    void await(Cancellation cancellation) throws LaunchException, InterruptedException {
        if (settings.health().isEmpty()) {
            return;
        }
        MachineSettings.Health health = settings.health().get();
        long end = System.nanoTime() + health.timeout().toNanos();
        Optional<String> complaint = complaint(health, end, cancellation);
        // What the end of the time cut off has said nothing; what was said before it has.
        String said = complaint.orElse("");
        while (complaint.isPresent()) {
            cancellation.throwIfCancelled();
            if (System.nanoTime() > end) {
                throw new LaunchException("the machine " + machine.name() + " was not well within "
                        + health.timeout().toSeconds() + " s: " + said + "; sourceos logs " + machine.name()
                        + " may say more");
            }
            Thread.sleep(PAUSE.toMillis());
            complaint = complaint(health, end, cancellation);
            if (System.nanoTime() <= end) {
                said = complaint.orElse("");
            }
        }
    }

    private Optional<String> complaint(MachineSettings.Health health, long end, Cancellation cancellation)
            throws LaunchException, InterruptedException {
        refuseEnded();
        Optional<String> refused =
                health.port().isPresent() ? port(health.port().getAsInt()) : Optional.empty();
        if (refused.isEmpty() && !health.command().isEmpty()) {
            refused = command(health.command(), end, cancellation);
        }
        // What answered may have been its last.
        refuseEnded();
        return refused;
    }

    private void refuseEnded() throws LaunchException {
        MachineStatus now = machines.find(machine.id()).orElse(machine);
        if (!now.isLive()) {
            throw new LaunchException("the machine " + machine.name() + " ended"
                    + now.end()
                            .map(MachineEnd::status)
                            .map(status -> " with status " + status)
                            .orElse("")
                    + " before it was well; sourceos logs " + machine.name() + " may say why");
        }
    }

    private Optional<String> port(int guestPort) throws LaunchException {
        for (String forwarded : settings.ports()) {
            PortForward forward = PortForward.parse(forwarded);
            if (forward.guestPort() == guestPort) {
                return answers(forward) ? Optional.empty() : Optional.of("its port " + guestPort + " does not answer");
            }
        }
        throw new LaunchException("the machine " + machine.name() + " is asked at its port " + guestPort
                + ", to which no port of this computer leads: add it to the machine's ports");
    }

    private static boolean answers(PortForward forward) {
        String address = forward.address().equals("0.0.0.0") ? "127.0.0.1" : forward.address();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, forward.hostPort()), (int) PAUSE.toMillis() * 5);
            socket.setSoTimeout(CLOSED_BY_THEN_MILLIS);
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return true; // it waits for us to speak
        } catch (IOException e) {
            return false;
        }
    }

    private Optional<String> command(List<String> command, long end, Cancellation cancellation)
            throws InterruptedException {
        try {
            GuestProgram program = machines.programLike(machine.id(), command, Optional.empty());
            GuestExec exec = machines.exec(machine.id(), program, Optional.empty());
            OutputStream nowhere = OutputStream.nullOutputStream();
            // Nothing that a machine does or does not do makes a switch wait longer than it was told to.
            CompletableFuture.delayedExecutor(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS)
                    .execute(exec::cancel);
            try (Cancellation.Registration stop = cancellation.onCancel(exec::cancel)) {
                int status = Machines.exit(
                                machine,
                                program,
                                exec.run(new GuestStreams.Pipes(InputStream.nullInputStream(), nowhere, nowhere)))
                        .exitStatus();
                return status == 0
                        ? Optional.empty()
                        : Optional.of(String.join(" ", command) + " ended with status " + status);
            }
        } catch (LaunchException | IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
