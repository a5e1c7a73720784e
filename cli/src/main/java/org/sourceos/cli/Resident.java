package org.sourceos.cli;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.sourceos.host.ProcessRunner;
import org.sourceos.host.SttyTerminal;
import org.sourceos.host.Terminal;

/**
 * The resident service a command runs in, as the command sees it: what outlives the command is kept here, one of each kind,
 * made when first asked for and closed with the service.
 */
public interface Resident {
    /** What is kept may be one of these: a service does not end by itself while something in it is busy. */
    interface Occupied {
        boolean busy();
    }

    /** The one of this kind; made by {@code maker} where there is none yet. Any thread may ask. */
    <T extends AutoCloseable> T keep(Class<T> kind, Supplier<T> maker);

    /** The terminal of who called the command: only the caller's own process may change it. */
    default Terminal terminal() {
        return new SttyTerminal(Path.of("/dev/tty"), new ProcessRunner());
    }
}
