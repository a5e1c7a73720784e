package org.sourceos.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntPredicate;
import org.sourceos.host.Cancellation;
import sun.misc.Signal;

/** The signals of this process. */
final class ProcessSignals implements Signals {
    private final SignalRelay relay;
    private final AtomicBoolean watchesSize = new AtomicBoolean();

    private ProcessSignals(SignalRelay relay) {
        this.relay = relay;
    }

    /** Takes over the signals that end a command; from now on they cancel it. */
    static ProcessSignals install(Cancellation cancellation) {
        SignalRelay relay = new SignalRelay(cancellation);
        for (String name : new String[] {"INT", "TERM", "HUP"}) {
            Signal.handle(new Signal(name), signal -> relay.received(signal.getNumber()));
        }
        return new ProcessSignals(relay);
    }

    @Override
    public Cancellation.Registration forward(IntPredicate handler) {
        return relay.forward(handler);
    }

    @Override
    public Cancellation.Registration onResize(Runnable action) {
        // Only a program with a terminal asks for this; nobody else pays for the handler.
        if (watchesSize.compareAndSet(false, true)) {
            Signal.handle(new Signal("WINCH"), signal -> relay.resized());
        }
        return relay.onResize(action);
    }
}
