package org.sourceos.cli;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;
import org.sourceos.host.Cancellation;

/** The signals of one command, told by whoever gets them. */
public final class SignalRelay implements Signals {
    private final Cancellation cancellation;
    private final AtomicReference<IntPredicate> handler = new AtomicReference<>();
    private final AtomicReference<Runnable> resize = new AtomicReference<>();
    private final AtomicInteger received = new AtomicInteger();

    public SignalRelay(Cancellation cancellation) {
        this.cancellation = cancellation;
    }

    /** Hang-up, interrupt or terminate came. */
    public void received(int number) {
        IntPredicate current = handler.get();
        boolean first = received.getAndIncrement() == 0;
        if (current == null || !first || !current.test(number)) {
            cancellation.cancel();
        }
    }

    /** The terminal has another size. */
    public void resized() {
        Runnable current = resize.get();
        if (current != null) {
            current.run();
        }
    }

    @Override
    public Cancellation.Registration forward(IntPredicate newHandler) {
        handler.set(newHandler);
        return () -> handler.compareAndSet(newHandler, null);
    }

    @Override
    public Cancellation.Registration onResize(Runnable action) {
        resize.set(action);
        return () -> resize.compareAndSet(action, null);
    }
}
