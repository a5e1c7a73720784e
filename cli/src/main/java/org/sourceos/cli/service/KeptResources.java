package org.sourceos.cli.service;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.sourceos.cli.Resident;

/** What outlives commands, one of each kind; closed with the service, the last first. */
final class KeptResources {
    private final Map<Class<?>, AutoCloseable> kept = new LinkedHashMap<>();
    private boolean closed;

    synchronized <T extends AutoCloseable> T keep(Class<T> kind, Supplier<T> maker) {
        if (closed) {
            throw new IllegalStateException("the service ends");
        }
        AutoCloseable known = kept.get(kind);
        if (known != null) {
            return kind.cast(known);
        }
        T made = maker.get();
        kept.put(kind, made);
        return made;
    }

    synchronized boolean busy() {
        return kept.values().stream().anyMatch(one -> one instanceof Resident.Occupied occupied && occupied.busy());
    }

    synchronized List<String> names() {
        return kept.keySet().stream().map(Class::getSimpleName).toList();
    }

    void close(Consumer<String> log) {
        List<AutoCloseable> all;
        synchronized (this) {
            closed = true;
            all = new ArrayList<>(kept.values());
            kept.clear();
        }
        Collections.reverse(all);
        for (AutoCloseable one : all) {
            try {
                one.close();
            } catch (Exception e) {
                log.accept("cannot close " + one.getClass().getSimpleName() + ": " + e);
            }
        }
    }
}
