package org.sourceos.cli.progress;

import java.time.Duration;

/** Calls something again and again, in a thread of its own, until it is closed. */
final class Ticker implements AutoCloseable {
    private final Thread thread;

    Ticker(Duration every, Runnable tick) {
        thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            Thread.sleep(every.toMillis());
                            tick.run();
                        }
                    } catch (InterruptedException e) {
                        // closed
                    }
                },
                "progress");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
