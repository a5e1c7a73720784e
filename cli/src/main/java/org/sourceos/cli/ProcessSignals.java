package org.sourceos.cli;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;
import org.sourceos.host.Cancellation;
import sun.misc.Signal;

/** The signals of this process. */
final class ProcessSignals implements Signals {
    private final Cancellation cancellation;
    private final AtomicReference<IntPredicate> handler = new AtomicReference<>();
    private final AtomicReference<Runnable> resize = new AtomicReference<>();
    private final AtomicInteger received = new AtomicInteger();

    private ProcessSignals(Cancellation cancellation) {
        this.cancellation = cancellation;
    }

    /** Takes over the signals that end a command; from now on they cancel it. */
    static ProcessSignals install(Cancellation cancellation) {
        ProcessSignals signals = new ProcessSignals(cancellation);
        for (String name : new String[] {"INT", "TERM", "HUP"}) {
            Signal.handle(new Signal(name), signal -> signals.received(signal.getNumber()));
        }
        return signals;
    }

    private void received(int number) {
        IntPredicate current = handler.get();
        boolean first = received.getAndIncrement() == 0;
        if (current == null || !first || !current.test(number)) {
            cancellation.cancel();
        }
    }

    @Override
    public Cancellation.Registration forward(IntPredicate newHandler) {
        handler.set(newHandler);
        return () -> handler.compareAndSet(newHandler, null);
    }

    @Override
    public Cancellation.Registration onResize(Runnable action) {
        // Only a program with a terminal asks for this; nobody else pays for the handler.
        if (resize.getAndSet(action) == null) {
            Signal.handle(new Signal("WINCH"), signal -> {
                Runnable current = resize.get();
                if (current != null) {
                    current.run();
                }
            });
        }
        return () -> resize.compareAndSet(action, null);
    }
}
