package org.sourceos.launcher;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.sourceos.gitstore.image.Readiness;
import org.sourceos.host.Terminal;
import org.sourceos.launcher.guest.GuestMessage;
import org.sourceos.launcher.guest.GuestProgram;
import org.sourceos.launcher.guest.GuestSession;
import org.sourceos.launcher.guest.StartMessage;
import org.sourceos.launcher.qemu.VmSpec;

/** The start of a program that is to be saved when it is ready. */
final class HeldProgram {
    private static final int REHEARSAL_MILLIS = 50;
    /** A program has this from the first; that of who restores it comes later. */
    private static final Terminal.Size SIZE = new Terminal.Size(24, 80);

    private final VmSpec spec;
    private final LaunchContext context;
    private final GuestSession session;
    private final Runnable giveUp;

    /** @param giveUp ends the machine, when its program does not get ready in time */
    HeldProgram(VmSpec spec, LaunchContext context, GuestSession session, Runnable giveUp) {
        this.spec = spec;
        this.context = context;
        this.session = session;
        this.giveUp = giveUp;
    }

    byte[] start(GuestProgram program, boolean onTerminal, Readiness readiness) throws LaunchException {
        List<ByteBuffer> start = new StartMessage(
                        program,
                        onTerminal ? Optional.of(SIZE) : Optional.empty(),
                        spec.shares(),
                        spec.network(),
                        List.of(),
                        context.clock().instant())
                .encode(context.random());
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            Optional<GuestMessage> last = hold(start, readiness, said);
            if (last.isPresent() && last.get() instanceof GuestMessage.Held) {
                return said.toByteArray();
            }
            throw new LaunchException(why(program, last.isEmpty() ? "the machine has ended" : "it has ended"));
        } catch (IOException e) {
            throw new LaunchException(why(program, String.valueOf(e.getMessage())), e);
        }
    }

    /** What it says more, once it was let go on and stands still again; empty when it does not. */
    Optional<byte[]> rehearse(GuestProgram program) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            List<ByteBuffer> go =
                    StartMessage.rehearsal(program, context.clock().instant(), context.random());
            Optional<GuestMessage> last = hold(go, new Readiness.Idle(REHEARSAL_MILLIS), said);
            return last.isPresent() && last.get() instanceof GuestMessage.Held
                    ? Optional.of(said.toByteArray())
                    : Optional.empty();
        } catch (IOException | LaunchException e) {
            return Optional.empty();
        }
    }

    private Optional<GuestMessage> hold(List<ByteBuffer> first, Readiness readiness, ByteArrayOutputStream said)
            throws IOException {
        Duration limit = limit(readiness);
        CompletableFuture<Boolean> inTime = new CompletableFuture<>();
        CompletableFuture<Boolean> watchdog = inTime.completeOnTimeout(false, limit.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(held -> {
                    if (!held) {
                        giveUp.run();
                    }
                    return held;
                });
        Optional<GuestMessage> last = Optional.empty();
        IOException failure = null;
        try {
            last = session.hold(first, readiness, said);
        } catch (IOException e) {
            failure = e;
        }
        inTime.complete(true);
        if (!watchdog.join()) {
            throw new IOException("it was not ready within " + limit.toSeconds() + " s", failure);
        } else if (failure != null) {
            throw failure;
        }
        return last;
    }

    private Duration limit(Readiness readiness) {
        return readiness instanceof Readiness.Idle idle
                ? context.bootDeadline().plusMillis(idle.millis())
                : context.bootDeadline();
    }

    private String why(GuestProgram program, String reason) {
        return "cannot save " + program.arguments().get(0) + " in " + spec.name() + " after its start: " + reason
                + "; `ready` in its recipe says when it counts as started";
    }
}
