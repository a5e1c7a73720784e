package org.sourceos.cli;

import java.util.function.Supplier;

/**
 * The resident service a command runs in, as the command sees it: what outlives the command is kept here, one of each kind,
 * made when first asked for and closed with the service.
 */
public interface Resident {
    /** The one of this kind; made by {@code maker} where there is none yet. Any thread may ask. */
    <T extends AutoCloseable> T keep(Class<T> kind, Supplier<T> maker);
}
