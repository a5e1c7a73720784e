package org.sourceos.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** A service without its socket: what commands of a test keep between them. */
final class SmallResident implements Resident, AutoCloseable {
    private final Map<Class<?>, AutoCloseable> kept = new HashMap<>();

    @Override
    public synchronized <T extends AutoCloseable> T keep(Class<T> kind, Supplier<T> maker) {
        return kind.cast(kept.computeIfAbsent(kind, k -> maker.get()));
    }

    @Override
    public synchronized void close() throws Exception {
        for (AutoCloseable one : kept.values()) {
            one.close();
        }
        kept.clear();
    }
}
