package org.sourceos.cli;

/**
 * A command that only the resident service can do was called in a process of its own: the client calls it again, in the
 * service, which it starts first where there is none. To be thrown before anything was read, written or changed.
 */
public final class ServiceRequiredException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * What {@link SourceOs#execute} gives then. No program can: its status is one byte.
     */
    public static final int STATUS = 256;

    public ServiceRequiredException() {
        super(
                "this needs the resident service; call it through the program `sourceos`, without SOURCEOS_SERVICE=never");
    }
}
