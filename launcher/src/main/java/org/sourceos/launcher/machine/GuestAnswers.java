package org.sourceos.launcher.machine;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.sourceos.host.ProcessIdentity;
import org.sourceos.launcher.GuestExit;
import org.sourceos.launcher.guest.GuestHub;
import org.sourceos.launcher.guest.GuestSession;
import org.sourceos.launcher.guest.ProtocolException;

/** Waiting for guests, but not for ever. */
final class GuestAnswers {
    /** So long a guest may think about whether it knows us. */
    static final Duration LIMIT = Duration.ofSeconds(5);

    private GuestAnswers() {}

    /** Waits for a guest's first word. */
    @FunctionalInterface
    interface FirstWord {
        GuestSession.ReadyOutcome await() throws IOException;
    }

    /**
     * Whether a guest comes up; QEMU is ended when it does not in time.
     *
     * @param silent how it ended where its guest has said nothing
     * @return why it did not
     */
    static Optional<GuestExit> ready(
            String name, ProcessIdentity process, Duration limit, FirstWord word, Supplier<GuestExit> silent)
            throws IOException {
        CompletableFuture<Boolean> up = new CompletableFuture<>();
        CompletableFuture<Boolean> late = up.completeOnTimeout(false, limit.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(inTime -> {
                    if (!inTime) {
                        process.kill();
                    }
                    return !inTime;
                });
        Optional<GuestSession.ReadyOutcome> outcome;
        try {
            outcome = Optional.of(word.await());
        } catch (ProtocolException e) {
            throw e;
        } catch (IOException e) {
            // QEMU has gone, or was made to.
            outcome = Optional.empty();
        } finally {
            up.complete(true);
        }
        if (late.join()) {
            return Optional.of(new GuestExit.BootTimedOut(
                    name + " did not come up within " + limit.toSeconds() + " s; the host may be overloaded"));
        }
        return outcome.filter(GuestSession.ReadyOutcome::ready).isPresent()
                ? Optional.empty()
                : Optional.of(outcome.flatMap(GuestSession.ReadyOutcome::error)
                        .<GuestExit>map(text -> new GuestExit.GuestFailed("cannot run " + name + ": " + text))
                        .orElseGet(silent));
    }

    /** A guest's answer to somebody who has come. */
    @FunctionalInterface
    interface Answer {
        Optional<GuestHub.Resumed> await() throws IOException;
    }

    /** The connection is closed when it does not come in time. */
    static Optional<GuestHub.Resumed> patiently(GuestHub hub, Answer answer) throws IOException {
        CompletableFuture<Boolean> answered = new CompletableFuture<>();
        CompletableFuture<Void> patience = answered.completeOnTimeout(false, LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .thenAccept(inTime -> {
                    if (!inTime) {
                        hub.close();
                    }
                });
        try {
            return answer.await();
        } finally {
            answered.complete(true);
            patience.join();
        }
    }
}
