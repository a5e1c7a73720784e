package org.sourceos.cli;

/** The exit statuses of all commands but what a guest's program returns through {@code run}. See ARCHITECTURE.md. */
public enum ExitCode {
    DONE(0),
    FAILED(1),
    /** Wrong usage, or a recipe or configuration that cannot be used. */
    UNUSABLE(2),
    /** Done, but something is left to do by hand; it is listed. */
    INCOMPLETE(3),
    /** Nothing done: what was named cannot become a program in a machine. */
    UNFIT(4),
    BUILD_FAILED(100),
    TIMED_OUT(101),
    HASH_MISMATCH(102),
    NOT_REPRODUCIBLE(104),
    /** A switch was taken back: what counted before counts again. */
    REVERTED(110),
    /** What counted before a switch counts again, and not all of it runs. */
    REVERT_FAILED(111),
    /** Forbidden by what {@code trust/} demands. */
    REFUSED(113),
    /** {@code run} itself failed; its program was not started. */
    RUN_FAILED(125),
    /** The shell's way to say that Ctrl-C ended it: 128 + SIGINT. */
    INTERRUPTED(130);

    private final int status;

    ExitCode(int status) {
        this.status = status;
    }

    public int status() {
        return status;
    }
}
