package org.sourceos.cli.service;

import java.util.function.Supplier;
import org.sourceos.cli.Resident;
import org.sourceos.host.Terminal;

/** The service as one call sees it. */
record CallResident(Service service, Call call, Terminal terminal) implements Resident {
    @Override
    public <T extends AutoCloseable> T keep(Class<T> kind, Supplier<T> maker) {
        return service.kept().keep(kind, maker);
    }
}
